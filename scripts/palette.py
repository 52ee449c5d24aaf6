"""Colours of the studies' pictures: atoms as ``pid.plot`` has them, methods never in orange."""

from pid.plot.style import COLOURS, GREY, OF_SOURCES

OF_ATOMS = COLOURS | {"total": GREY}
OF_METHODS = (*OF_SOURCES[1:5], GREY, *OF_SOURCES[5:7], OF_SOURCES[9])  # ours first
