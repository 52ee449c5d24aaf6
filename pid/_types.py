"""Names of the arrays that everything here is made of."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]  # symbols, classes or groups as 0 ... m - 1; also positions of rows
Counts = NDArray[np.int64]
Column = NDArray[Any]  # values of one kind, one per row
