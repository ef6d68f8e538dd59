"""The registry refuses what it cannot measure, and names it."""

import duckdb
import pytest
import yaml

from include.measure.registry import REGISTRY_FILE, Registry, RegistryError, check_predicates, load_registry


def write(tmp_path, change):
    content = yaml.safe_load(REGISTRY_FILE.read_text())
    change(content["metrics"])
    path = tmp_path / "metrics.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_catalogue_is_complete():
    ids = {metric.id for metric in load_registry().metrics}
    assert {"M1", "M1b", "M1c", "M2", "M3", "M4", "M5", "M5s", "M5l", "M5g", "M6", "M11", "M12"} <= ids
    assert {"M12b", "M13", "M15", "M15x", "M16", "M17"} <= ids


def test_every_metric_says_how_to_read_it_and_what_biases_it():
    for metric in load_registry().metrics:
        assert len(metric.notes) > 8, metric.id
        assert metric.known_bias, metric.id


def test_every_counted_metric_of_the_stock_is_given_with_and_without_stale_ads():
    of_the_stock = [metric for metric in load_registry().counted if "stock" in metric.bases]
    assert len(of_the_stock) > 20
    assert [metric.id for metric in of_the_stock if "staleness" not in metric.dimensions] == []


def test_unknown_metric_lists_the_known_ones():
    with pytest.raises(KeyError, match="M1, M1b"):
        load_registry()["M99"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda metrics: metrics.append(metrics[0]), "twice: M1"),
        (lambda metrics: metrics[0].pop("numerator"), "M1: a difference has"),
        (lambda metrics: metrics[0].update(minuend="M1b", subtrahend="M5"), "M1: a difference has"),
        (lambda metrics: metrics[11].pop("minuend"), "M6: a difference has"),
        (lambda metrics: metrics[11].pop("subtrahend"), "M6: a difference has"),
        (lambda metrics: metrics[11].update(numerator="TRUE"), "M6: a difference has"),
        (lambda metrics: metrics[11].update(minuend="M77"), "M77 is not a share"),
        (lambda metrics: metrics[0].update(version="one"), "version"),
        (lambda metrics: metrics[0].update(weights=["panel"]), "M1: only a derived metric"),
        (lambda metrics: metrics[0].update(surprise=1), "surprise"),
    ],
)
def test_malformed_registry_is_refused(tmp_path, change, message):
    with pytest.raises(RegistryError, match=message):
        load_registry(write(tmp_path, change))


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        ("cert_statsu = 'required'", r"metric M1 \(cert_required_rate\).*cert_statsu"),
        ("cert_status = ", r"metric M1 .*cannot be evaluated"),
        ("cert_status", r"metric M1 .*gives VARCHAR"),
    ],
)
def test_broken_predicate_names_the_metric(predicate, message):
    registry = load_registry()
    first = registry.metrics[0].model_copy(update={"numerator": predicate})
    broken = Registry.model_construct(metrics=(first, *registry.metrics[1:]))
    con = duckdb.connect()
    con.execute("CREATE TABLE units (cert_status VARCHAR, cert_timing VARCHAR)")
    with pytest.raises(RegistryError, match=message):
        check_predicates(con, broken, "units")
