"""A joint code of two sources that tells much, and costs what one source alone does not determine."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple, Self

import numpy as np
import torch
from sklearn.base import clone
from torch import Tensor, nn
from torch.nn import functional

from pid._types import Floats
from pid.checks import FLAG, checked, each, integer, number
from pid.errors import InvalidInput
from pid.estimators.coordination.classes import read_classes
from pid.estimators.coordination.encoders import CHUNK, mlp, singles
from pid.estimators.fission.base import TRAINING, Fission
from pid.estimators.fission.codes import Code, NoisyEncoder, risen
from pid.estimators.neural.trainer import Losses, Noise, Progress, seeded
from pid.estimators.neural.training import one_thread
