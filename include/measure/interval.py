"""One figure with its 95 percent interval, and the columns in which it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np


@dataclass(frozen=True)
class Interval:
    """A point estimate with its 95 percent interval; NaN where it cannot be given."""

    value: float
    low: float
    high: float

    def columns(self, method: str) -> dict[str, Any]:
        """Return the columns of out_weekly_metrics_v1 for an interval that `method` gave."""
        return {"est_raw": self.value, "ci_low": self.low, "ci_high": self.high, "ci_method": method}


NO_INTERVAL: Final = Interval(np.nan, np.nan, np.nan)
