"""Writes numpy/: arrays as NumPy itself saves them. `python3 make_numpy.py` needs NumPy.

Every array that is read holds 1, 2, 3, ... row by row, whatever its type, order and version.
"""
import pathlib
import warnings

import numpy as np
from numpy.lib import format as npy

here = pathlib.Path(__file__).parent / "numpy"
here.mkdir(exist_ok=True)
warnings.simplefilter("ignore")
counting = np.arange(1, 13).reshape(3, 4)
for version in (1, 2, 3):
    with open(here / f"version{version}.npy", "wb") as file:
        npy.write_array(file, counting.astype("<f4"), version=(version, 0))
for kind in ("f8", "f2"):
    np.save(here / f"{kind}.npy", counting.astype(f"<{kind}"))
np.save(here / "fortran.npy", np.asfortranarray(counting.astype("<f8")))
np.save(here / "big_endian.npy", counting.astype(">f4"))
np.save(here / "integers.npy", counting)
np.save(here / "objects.npy", counting.astype(object), allow_pickle=True)
np.save(here / "records.npy", np.zeros(3, dtype=[("a", "<f4"), ("b", "<i4")]))
wide = np.arange(1, 6001).reshape(60, 100).astype("<f4")
many = {"layer.0.weight": counting.astype("<f4"), "wide": wide, "bias": np.ones(4), "names": np.array(["a"])}
np.savez(here / "stored.npz", **many)
np.savez_compressed(here / "deflated.npz", **many)
np.savez(here / "objects.npz", a=counting.astype(object))
