"""Names of the arrays that everything here is made of."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]  # symbols, classes or groups as 0 ... m - 1; also positions of rows
Counts = NDArray[np.int64]
