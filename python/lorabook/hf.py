"""A callback that records the trainings of transformers' `Trainer`."""

from __future__ import annotations

import importlib.metadata
import json
import os
import warnings
from collections.abc import Mapping
from typing import Any, Optional

from transformers import TrainerCallback  # type: ignore[import-untyped,import-not-found,unused-ignore]
from transformers.trainer_callback import (  # type: ignore[import-untyped,import-not-found,unused-ignore]
    ExportableState,
)

from . import LorabookWarning, Path, Run, SettingError, _settings, run

__all__ = ["LorabookCallback"]

# What `Trainer` logs of its own speed and progress; `step` says the latter.
_NO_RESULTS = ("_runtime", "_per_second", "total_flos", "epoch", "num_input_tokens_seen")


class LorabookCallback(TrainerCallback, ExportableState):  # type: ignore[misc]
    """Records each training of a `Trainer` as a run: Trainer(…, callbacks=[LorabookCallback("ft")]).

    Rank, α and scaling rule are read from the model's PEFT configuration (none where it has none),
    the seed from the training's arguments. Parameters, which tell experiments apart, are `lr`,
    `per_device_train_batch_size`, `gradient_accumulation_steps`, `optim`, `lr_scheduler_type`,
    `weight_decay` and `lora_dropout`. Losses, `learning_rate` and metrics of evaluations are kept by
    step; the model, the adapter's other settings and versions are info.

    A checkpoint holds the run's name. A training that is resumed from one goes on with that run:
    its points after the checkpoint are dropped first. Of several processes the first alone records.
    """

    def __init__(
        self,
        sweep: str = "trainer",
        *,
        name: Optional[str] = None,
        params: Optional[Mapping[str, Any]] = None,
        info: Optional[Mapping[str, Any]] = None,
        db: Optional[Path] = None,
        spool: Optional[Path] = None,
    ) -> None:
        """sweep, name, params, info, db and spool are those of `lorabook.run`; params and info are
        added to what is read, and override it. Raises SettingError as that does; no event raises.
        """
        self._sweep = _settings.sweep_name(sweep)
        self._name = None if name is None else _settings.sweep_name(name, "name")
        _settings.settings(params=params, info=info)
        self._params = dict(params or {})
        self._info = dict(info or {})
        self._db = None if db is None else os.fspath(db)
        self._spool = None if spool is None else os.fspath(spool)
        self._run: Optional[Run] = None
        self._first_step = 0

    @property
    def run(self) -> Optional[Run]:
        """The run of the latest training; None before the first."""
        return self._run

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of the callback: `Trainer` writes it into trainer_state.json."""
        return {
            "args": {
                "sweep": self._sweep,
                "name": self._run.name if self._run else self._name,
                "params": self._params,
                "info": self._info,
                "db": self._db,
                "spool": self._spool,
            },
            "attributes": {},
        }

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Starts the run, or goes on with that of the checkpoint."""
        if not state.is_world_process_zero:
            return
        try:
            self._begin(args, state, kwargs.get("model"), kwargs.get("optimizer"))
        except Exception as error:
            self._run = None
            _warn(f"this training is not recorded: {error}")
        try:
            # A checkpoint of a training without this callback: `Trainer` looks for it all the same.
            state.stateful_callbacks.setdefault(type(self).__name__, self.state())
        except Exception as error:
            _warn(f"a checkpoint may not keep the run's name: {error}")

    def on_log(
        self,
        args: Any,
        state: Any,
        control: Any,
        logs: Optional[Mapping[str, Any]] = None,
        **kwargs: Any,
    ) -> None:
        """Records what `Trainer` logs, evaluations too."""
        if self._run is None or not state.is_world_process_zero:
            return
        values = {name: value for name, value in (logs or {}).items() if _is_result(name)}
        if state.global_step <= self._first_step:
            # The mean over no steps.
            values.pop("train_loss", None)
        self._run.log(values, step=state.global_step)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Ends the run."""
        if self._run is not None and state.is_world_process_zero:
            self._run.finish()

    def _begin(self, args: Any, state: Any, model: Any, optimizer: Any) -> None:
        self._first_step = int(state.global_step)
        name, resume_from = self._name, None
        if self._first_step > 0:
            name = self._saved_name(state) or name
            # A checkpoint that knows no run, and no name given: the rest becomes a run of its own.
            resume_from = self._first_step if name is not None else None
        adapter = _adapter(model)
        params, info = _described(args, model, adapter, optimizer)
        settings: dict[str, Any] = {
            "rank": _valid("rank", getattr(adapter, "r", None)),
            "alpha": _valid("alpha", getattr(adapter, "lora_alpha", None)),
            "seed": _valid("seed", getattr(args, "seed", None)),
        }
        if settings["rank"] is not None and settings["alpha"] is not None:
            settings["rule"] = "rslora" if getattr(adapter, "use_rslora", False) else "lora"
        self._run = run(
            self._sweep,
            name=name,
            params={**params, **self._params},
            info={**info, **self._info},
            resume_from=resume_from,
            db=self._db,
            spool=self._spool,
            **settings,
        )

    def _saved_name(self, state: Any) -> Optional[str]:
        saved = getattr(state, "stateful_callbacks", {}).get(type(self).__name__)
        # A list where the training has several callbacks of this class.
        for one in saved if isinstance(saved, list) else [saved]:
            if isinstance(one, Mapping) and one.get("args", {}).get("sweep") == self._sweep:
                name = one["args"].get("name")
                return name if isinstance(name, str) else None
        return None


def _is_result(name: str) -> bool:
    return not name.endswith(_NO_RESULTS)


def _adapter(model: Any) -> Any:
    """The configuration of the adapter in use; None where the model has none."""
    # The model may be wrapped for several devices.
    configurations = getattr(getattr(model, "module", model), "peft_config", None)
    if not isinstance(configurations, Mapping) or not configurations:
        return None
    active = getattr(getattr(model, "module", model), "active_adapter", None)
    if callable(active):
        active = active()
    if isinstance(active, (list, tuple)):
        active = active[0] if active else None
    return configurations.get(active, next(iter(configurations.values())))


def _described(
    args: Any, model: Any, adapter: Any, optimizer: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the info of a training."""
    params = {
        "lr": getattr(args, "learning_rate", None),
        "per_device_train_batch_size": getattr(args, "per_device_train_batch_size", None),
        "gradient_accumulation_steps": getattr(args, "gradient_accumulation_steps", None),
        "optim": getattr(args, "optim", None),
        "lr_scheduler_type": getattr(args, "lr_scheduler_type", None),
        "weight_decay": getattr(args, "weight_decay", None),
        "lora_dropout": getattr(adapter, "lora_dropout", None),
    }
    info: dict[str, Any] = {
        "model": getattr(getattr(model, "config", None), "_name_or_path", None),
        # `Trainer` wraps the optimizer that it was given.
        "optimizer_class": type(getattr(optimizer, "optimizer", optimizer)).__name__,
    }
    for source, names in (
        (args, "max_steps num_train_epochs warmup_steps warmup_ratio max_grad_norm data_seed bf16 "
         "fp16 world_size output_dir run_name"),
        (adapter, "peft_type task_type target_modules modules_to_save bias init_lora_weights "
         "use_dora rank_pattern alpha_pattern layers_to_transform base_model_name_or_path"),
    ):  # fmt: skip
        for name in names.split():
            info[name] = getattr(source, name, None)
    for package in ("transformers", "peft", "torch"):
        try:
            info[f"{package}_version"] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return _texts(params), _texts(info)


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that say something, as numbers and texts."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        value = getattr(value, "value", value)
        if isinstance(value, (set, frozenset)):
            value = sorted(map(str, value))
        if isinstance(value, (list, tuple, Mapping)):
            value = json.dumps(value, default=str, sort_keys=True) if value else None
        if value is None or value == "":
            continue
        try:
            _settings.settings(info={name: value})
            found[name] = value
        except SettingError:
            text = str(value).replace("\0", "")
            if text:
                found[name] = text
    return found


def _valid(name: str, value: Any) -> Any:
    """A setting that was read, or None with a warning where no run can have it."""
    try:
        _settings.settings(**{name: value})
        return value
    except SettingError as error:
        _warn(f"a setting was left out: {error}")
        return None


def _warn(message: str) -> None:
    try:
        warnings.warn(f"lorabook: {message}", LorabookWarning, stacklevel=3)
    except Exception:
        # Warnings may be errors, and an error would stop the training.
        pass
