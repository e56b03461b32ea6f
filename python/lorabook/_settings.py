"""Checks what a user says of a run, and writes it as `lorabook log -` reads it."""

from __future__ import annotations

import json
import math
import operator
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Optional, Union

Number = Union[int, float]
Value = Union[str, int, float, bool]

# A setting's name, or that of a metric that lorabook computes: no user's metric or parameter has it.
RESERVED = frozenset(
    "run_id sweep_id sweep run seed shape d k profile noise rank alpha rule rslora scale step status "
    "note source metric param info final_loss best_error best_step loss_floor share regret "
    "steps_to_half steps_to_90 steps_to_99 sharpness_start sharpness_end".split()
)
# These have keys of their own in a line.
BUILT_IN_METRICS = frozenset(("error", "truncation_error", "variance_captured"))
LARGEST_SEED = 2**32 - 1
LARGEST_SIDE = 2**31 - 1
# SQLite keeps whole numbers up to this one.
LARGEST_INTEGER = 2**63 - 1


class SettingError(ValueError):
    """A setting has a value that no run can have. The message quotes it and says what to give."""


def sweep_name(value: object, what: str = "sweep") -> str:
    """A name as the book takes it: of a sweep, or of a run in it."""
    text = _text(value, what)
    if text != text.strip():
        raise SettingError(f"{what}: {text!r} begins or ends with a blank. Leave the blank out.")
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise SettingError(f"{what}: {text!r} holds a control character. Leave it out.")
    if len(text.encode()) > 200:
        raise SettingError(f"{what}: {text[:40]!r}… is longer than 200 bytes. Give a shorter name.")
    if what == "sweep" and (text == "latest" or re.fullmatch("[0-9]+", text)):
        raise SettingError(
            f"{what}: {text!r} could be taken for another sweep. Give a name such as 'ft-{text}'."
        )
    return text


def settings(
    *,
    rank: object = None,
    alpha: object = None,
    rule: object = None,
    seed: object = None,
    shape: object = None,
    profile: object = None,
    noise: object = None,
    scale: object = None,
    params: object = None,
    info: object = None,
    note: object = None,
) -> dict[str, Any]:
    """The settings that are given, under the keys of a line.

    Raises SettingError for the first one that no run can have.
    """
    found: dict[str, Any] = {}
    if rank is not None:
        found["rank"] = _whole(rank, "rank", 1, LARGEST_SIDE)
    if alpha is not None:
        found["alpha"] = _finite(alpha, "alpha")
    if rule is not None:
        found["rule"] = _rule(rule, has_scale=scale is not None)
    if seed is not None:
        found["seed"] = _whole(seed, "seed", 0, LARGEST_SEED)
    if shape is not None:
        found["shape"] = _shape(shape, found.get("rank"))
    if profile is not None:
        found["profile"] = _text(profile, "profile")
    if noise is not None:
        found["noise"] = _finite(noise, "noise")
        if found["noise"] < 0:
            raise SettingError(f"noise: {noise!r} is below 0. Give a noise level of 0 or above.")
    if scale is not None:
        found["scale"] = _finite(scale, "scale")
    if note is not None:
        found["note"] = _text(note, "note")
    for what, values in (("params", params), ("info", info)):
        if values is not None:
            named = _named_values(values, what)
            if named:
                found[what] = named
    return found


def resume_step(value: object) -> int:
    """The step after which points are dropped."""
    return _whole(value, "resume_from", 0, LARGEST_INTEGER)


def step_number(value: object) -> int:
    """A step, of any type that is a whole number: NumPy's and torch's too."""
    return _whole(value, "step", 0, LARGEST_INTEGER)


def metric_name(name: object) -> str:
    """The name of a metric. Raises SettingError where the name means something else."""
    text = sweep_name(name, "metric")
    if text in RESERVED:
        raise SettingError(f"metric: {text!r} means something else. Give another name, such as my_{text}.")
    return text


def measurement(name: str, value: object) -> float:
    """A measured number, which may be NaN or infinite.

    Raises SettingError for what is no number, and for a built-in metric out of its range.
    """
    number = _number(value)
    if number is None:
        raise SettingError(f"{name}: {_shown(value)} is no number. Give one number.")
    if name in ("error", "truncation_error") and number < 0:
        raise SettingError(f"{name}: {number!r} is below 0, and no norm is.")
    if name == "variance_captured" and math.isfinite(number) and not 0 <= number <= 1:
        raise SettingError(f"{name}: {number!r} is no share from 0 to 1.")
    return number


def line(fields: Mapping[str, Any]) -> str:
    """A line of the stream: one JSON object, with a line feed.

    NaN and infinities, which JSON lacks, are the texts "nan", "inf" and "-inf".
    """
    return json.dumps(_plain(fields), ensure_ascii=True, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise SettingError(f"{what}: {_shown(value)} is no text. Give a text.")
    if not value:
        raise SettingError(f"{what} is empty. Give a text, or leave it out.")
    if "\0" in value:
        raise SettingError(f"{what}: {value!r} holds a NUL. Leave it out.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise SettingError(f"{what}: {value!r} is no valid Unicode. Give another text.") from None
    return value


def _whole(value: object, what: str, least: int, most: int) -> int:
    refusal = f"{what}: {_shown(value)} is no whole number from {least} to {most}."
    if isinstance(value, (bool, str, bytes)):
        raise SettingError(refusal)
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except Exception:
        found = _number(value)
        if found is None or not math.isfinite(found) or found != int(found):
            raise SettingError(refusal) from None
        number = int(found)
    if not least <= number <= most:
        raise SettingError(refusal)
    return number


def _finite(value: object, what: str) -> float:
    number = _number(value)
    if number is None or not math.isfinite(number):
        raise SettingError(f"{what}: {_shown(value)} is no finite number. Give one, such as 16.")
    return number


def _number(value: object) -> Optional[float]:
    """A number of any library as a double; None for all else."""
    if isinstance(value, (bool, str, bytes)):
        return None
    try:
        # One element of an array or a tensor; `float` would warn of a tensor with a gradient.
        if not isinstance(value, (int, float)) and hasattr(value, "item"):
            value = value.item()
            if isinstance(value, (bool, str, bytes)):
                return None
        return float(value)  # type: ignore[arg-type]
    except Exception:
        # Any exception that a stranger's type raises, an overflow among them.
        return None


def _rule(value: object, has_scale: bool) -> str:
    text = _text(value, "rule")
    if text in ("lora", "rslora", "unit") or has_scale:
        return text
    if text.startswith("power:"):
        exponent = text[len("power:") :]
        if re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", exponent):
            if math.isfinite(float(exponent)):
                return text
        raise SettingError(f"rule: {text!r} has no finite exponent. Write power:P, as power:0.75.")
    raise SettingError(
        f"rule: {text!r} is no scaling rule. Known are lora, rslora, unit and power:P; "
        "another takes a scale."
    )


def _shape(value: object, rank: Optional[int]) -> str:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{1,10}x[0-9]{1,10}", value):
            raise SettingError(f"shape: {_shown(value)} is no shape. Write it as 768x768.")
        sides: list[object] = [int(side) for side in value.split("x")]
    else:
        try:
            sides = list(value)  # type: ignore[call-overload]
        except Exception:
            sides = []
        if len(sides) != 2:
            raise SettingError(f"shape: {_shown(value)} is no shape. Give (d, k) or '768x768'.")
    d, k = (_whole(side, "shape", 1, LARGEST_SIDE) for side in sides)
    if rank is not None and rank > min(d, k):
        raise SettingError(f"rank: {rank} is above min(d, k) = {min(d, k)} of shape {d}x{k}.")
    return f"{d}x{k}"


def _named_values(values: object, what: str) -> dict[str, Value]:
    if not isinstance(values, Mapping):
        raise SettingError(f"{what}: {_shown(values)} is no dict. Give names with values.")
    found: dict[str, Value] = {}
    for name, value in values.items():
        place = f"{what}[{name!r}]"
        name = sweep_name(name, what)
        if name in RESERVED or name in BUILT_IN_METRICS:
            raise SettingError(f"{what}: {name!r} means something else. Give another, such as my_{name}.")
        if value is None:
            continue
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, str):
            found[name] = _text(value, place)
        elif isinstance(value, int):
            if abs(value) > LARGEST_INTEGER:
                raise SettingError(f"{place}: {value!r} is too large. Give it as a text.")
            found[name] = int(value)
        else:
            number = _number(value)
            if number is None:
                raise SettingError(f"{place}: {_shown(value)} is no text and no number. Give one.")
            if not math.isfinite(number):
                raise SettingError(f"{place}: {number!r} is not finite. Give it as a text.")
            found[name] = number
    return found


def _shown(value: object) -> str:
    """A value as a message quotes it: short, whatever its own `repr` does."""
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else text[:79] + "…"
