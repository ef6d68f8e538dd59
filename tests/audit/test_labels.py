"""Label files go out and come back; what is wrong is named."""

import csv
import json

import msgspec
import pytest

from include.audit.agreement import Agreement, agreement_by_label, krippendorff_alpha
from include.audit.labels import (
    AuditLabel,
    AuditLabelError,
    AuditTask,
    read_design,
    read_labels,
    settle,
    write_design,
    write_labels,
    write_tasks,
)

LABEL = AuditLabel(
    audit_week="2026-W47", content_hash="ab" * 32, stratum="neither", inclusion_probability=0.25,
    annotator="r1",    label="cert_status", value="none",
)  # fmt: skip
TASK = AuditTask(
    audit_week="2026-W47", content_hash="ab" * 32, stratum="neither", inclusion_probability=0.25,
    title="Product Manager", text="## About you\n- a comma, a \"quote\" and an ümlaut",
)  # fmt: skip


def choices(*values):
    return {"type": "choices", "from_name": "cert_status", "value": {"choices": list(values)}}


DESIGN = {("2026-W47", "ab" * 32): ("neither", 0.25)}


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_labels_come_back_as_written(tmp_path, form):
    labels = [LABEL, msgspec.structs.replace(LABEL, annotator="r2", value="required", quote='CSPO, "must"')]
    path = tmp_path / f"labels.{form}"
    write_labels(path, labels, form)
    assert read_labels(path, form) == labels


def test_label_studio_tasks_come_back_with_annotations(tmp_path):
    path = tmp_path / "tasks.json"
    write_tasks(path, [TASK], "label_studio")
    [task] = json.loads(path.read_text())
    assert task["data"]["text"] == TASK.text
    result = [choices("preferred"), {"type": "labels"}]
    task["annotations"] = [
        {"completed_by": {"id": 7}, "result": result},
        {"completed_by": 8, "was_cancelled": True, "result": [choices("required")]},  # given, then skipped
    ]
    path.write_text(json.dumps([task]))
    assert read_labels(path, "label_studio", DESIGN) == [
        msgspec.structs.replace(LABEL, annotator="7", value="preferred")
    ]


def test_tasks_do_not_tell_the_model_or_the_employer(tmp_path):
    for form in ("jsonl", "csv", "label_studio"):
        write_tasks(tmp_path / form, [TASK], form)
        content = (tmp_path / form).read_text()
        assert "employer" not in content
        assert "cert_status" not in content
        assert TASK.stratum not in content, "the stratum is what the classifier said"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_an_ad_is_no_formula_in_a_spreadsheet(tmp_path, start):
    task = msgspec.structs.replace(TASK, title=f"{start}HYPERLINK(A1)", text=f"{start} own the roadmap")
    path = tmp_path / "tasks.csv"
    write_tasks(path, [task, TASK], "csv")
    with path.open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["title"], first["text"]) == (f"'{task.title}", f"'{task.text}")
    assert (second["title"], second["text"]) == (TASK.title, TASK.text)


def test_labels_take_their_design_from_the_sample(tmp_path):
    write_design(tmp_path / "design.csv", [TASK])
    assert read_design(tmp_path / "design.csv") == DESIGN
    bare = {k: v for k, v in msgspec.structs.asdict(LABEL).items() if k not in ("stratum", "quote")}
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(bare | {"inclusion_probability": 1.0}))
    assert read_labels(path, "jsonl", DESIGN) == [LABEL], "the sample knows better than the file"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"content_hash": "cd" * 32}, r"record 1: ad cdcdcdcdcdcd was not drawn for 2026-W47"),
        ({"audit_week": "2026-W46"}, r"was not drawn for 2026-W46"),
        ([1, 2], r"record 1 is not an object"),
    ],
)
def test_labels_of_ads_that_were_not_drawn_are_refused(tmp_path, record, message):
    path = tmp_path / "labels.jsonl"
    if isinstance(record, dict):
        record = msgspec.structs.asdict(LABEL) | record
    path.write_text(json.dumps(record))
    with pytest.raises(AuditLabelError, match=message):
        read_labels(path, "jsonl", DESIGN)


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "labels.csv").write_bytes(b"\xff\xfe\x00label")
    with pytest.raises(AuditLabelError, match=r"is not UTF-8.*save it as CSV UTF-8"):
        read_labels(tmp_path / "labels.csv", "csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_that_a_spreadsheet_has_saved_is_taken_in(tmp_path, delimiter):
    week, ad = "2026-W47", "ab" * 32
    rows = [
        ("audit_week", "content_hash", "annotator", "label", "value", "quote"),
        (week, ad, " r1 ", "requires_clearance", "TRUE", ""),
        (week, ad, "r1", "cert_status", "Required ", "CSPO"),
        ("",) * 6,
    ]
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(delimiter.join(row) for row in rows), encoding="utf-8-sig")
    labels = read_labels(path, "csv", DESIGN)
    assert [(label.annotator, label.value, label.quote) for label in labels] == [
        ("r1", "true", None),
        ("r1", "required", "CSPO"),
    ]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("audit_week,content_hash,who,label,value", "has no column annotator; it has audit_week, "),
        ("audit_week|content_hash", "has no column audit_week, .*, value; it has audit_week.content_hash"),
    ],
)
def test_columns_that_are_not_there_are_named(tmp_path, header, said):
    path = tmp_path / "labels.csv"
    path.write_text(f"{header}\n2026-W47,{'ab' * 32},r1,cert_status,none\n")
    with pytest.raises(AuditLabelError, match=said):
        read_labels(path, "csv", DESIGN)


@pytest.mark.parametrize(
    ("stratum", "record"), [("stratum", "w,h,s,often"), ("stratum", "w,h,s"), ("group", "w,h,s,0.5")]
)
def test_a_spoiled_design_is_named(tmp_path, stratum, record):
    path = tmp_path / "design.csv"
    path.write_text(f"audit_week,content_hash,{stratum},inclusion_probability\n{record}\n")
    with pytest.raises(AuditLabelError, match=r"design.csv, record 1: .*backup"):
        read_design(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": "vibe"}, r"record 1: unknown label 'vibe'; known: cert_status"),
        ({"value": "maybe"}, r"record 1: 'maybe' is not a value of cert_status"),
        ({"inclusion_probability": 0}, r"record 1: inclusion_probability 0.0 is not in"),
        ({"inclusion_probability": 1.01}, r"record 1: inclusion_probability 1.01 is not in"),
        ({"annotator": None}, r"record 1: .*annotator"),
        ({"annotator": " "}, r"record 1: no annotator: give each person a pseudonym"),
        ({"quote": "x" * 301}, r"record 1: the quote is longer"),
    ],
)
def test_bad_record_is_named(tmp_path, change, message):
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(msgspec.structs.asdict(LABEL) | change))
    with pytest.raises(AuditLabelError, match=message):
        read_labels(path, "jsonl")


def test_an_ad_of_a_stratum_taken_whole_and_the_longest_quote_are_taken_in(tmp_path):
    label = msgspec.structs.replace(LABEL, inclusion_probability=1.0, quote="x" * 300)
    path = tmp_path / "labels.jsonl"
    write_labels(path, [label], "jsonl")
    assert read_labels(path, "jsonl") == [label]


def test_same_annotator_twice_is_refused(tmp_path):
    path = tmp_path / "labels.jsonl"
    write_labels(path, [LABEL, msgspec.structs.replace(LABEL, value="listed")], "jsonl")
    with pytest.raises(AuditLabelError, match="record 2: r1 labelled cert_status"):
        read_labels(path, "jsonl")


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("jsonl", "{ not json"),
        ("csv", 'audit_week,content_hash,annotator,label,value\n"2026-W47"?,'),
        ("label_studio", "{ not json"),
        ("label_studio", '{"a": 1}'),
        ("label_studio", '[{"id": 1, "annotations": []}]'),
    ],
)
def test_other_files_are_refused(tmp_path, form, content):
    path = tmp_path / "labels"
    path.write_text(content)
    with pytest.raises(AuditLabelError, match=f"is not {form}"):
        read_labels(path, form)


def test_settling_takes_agreement_or_the_adjudicator_and_reports_the_rest():
    second = msgspec.structs.replace(LABEL, annotator="r2", value="listed")
    assert settle([LABEL, second]).contradictions == [("2026-W47", LABEL.content_hash, "cert_status")]
    assert settle([LABEL, second]).values == {}
    settled = settle([LABEL, second, msgspec.structs.replace(second, annotator="adjudicated")])
    assert settled.values["2026-W47", LABEL.content_hash] == {"cert_status": "listed"}
    assert settle([LABEL, msgspec.structs.replace(LABEL, annotator="r2")]).contradictions == []


def test_alpha_of_the_published_example():
    # Krippendorff (2011), section C: four observers, twelve units, missing values, nominal alpha .743.
    observers = [
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]
    units = [[v for v in unit if v != "."] for unit in zip(*(row.split() for row in observers), strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_alpha_without_disagreement_possible_is_undefined():
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) != krippendorff_alpha([["a", "a"]])  # both NaN
    assert krippendorff_alpha([["a", "a"], ["b", "b"]]) == 1.0


def test_a_quote_may_hold_what_other_programs_take_for_the_end_of_a_line(tmp_path):
    label = msgspec.structs.replace(LABEL, quote="CSPO\u2028required\x85here\x0c")
    path = tmp_path / "labels.jsonl"
    write_labels(path, [label], "jsonl")
    assert read_labels(path, "jsonl") == [label]


@pytest.mark.parametrize(
    ("annotations", "said"),
    [
        (["x"], "is not label_studio"),
        (
            [{"result": [choices("required", "listed")]}],
            r"cert_status of task 3 has not one value but \['required', 'listed'\]",
        ),
        ([{"result": [choices()]}], r"cert_status of task 3 has not one value but \[\]"),
    ],
)
def test_an_export_without_one_value_a_label_is_refused(tmp_path, annotations, said):
    path = tmp_path / "export.json"
    data = {"audit_week": "2026-W47", "content_hash": "ab" * 32}
    path.write_text(json.dumps([{"id": 3, "data": data, "annotations": annotations}]))
    with pytest.raises(AuditLabelError, match=said) as caught:
        read_labels(path, "label_studio", DESIGN)
    assert str(path) in str(caught.value)


def test_agreement_is_counted_by_label():
    def votes(ad, name, **given):
        return [
            AuditLabel(
                audit_week="2026-W47", content_hash=ad, stratum="neither", inclusion_probability=0.5,
                annotator=annotator, label=name, value=value,
            )
            for annotator, value in given.items()
        ]  # fmt: skip

    found = agreement_by_label(
        [
            *votes("alike", "degree_status", a="none"),
            *votes("alike", "cert_status", a="required", b="required"),
            *votes("unlike", "cert_status", a="none", b="required"),
            *votes("settled", "cert_status", a="none", b="required", adjudicated="none"),
            *votes("alone", "cert_status", a="none"),
            *votes("decided", "cert_status", adjudicated="none"),
        ]
    )
    alpha = krippendorff_alpha([["r", "r"], ["n", "r"], ["n", "r"]])
    assert found == [
        Agreement(label="cert_status", n_ads=5, n_double=3, n_unsettled=1, alpha=pytest.approx(alpha)),
        Agreement(label="degree_status", n_ads=1, n_double=0, n_unsettled=0, alpha=None),
    ]
