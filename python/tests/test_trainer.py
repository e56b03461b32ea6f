"""The callback with transformers' own `Trainer` and PEFT: a tiny model, made here, trained for some steps."""

import contextlib
import os
import sqlite3
import unittest
import warnings

from .support import PROGRAM, FakeBook, Folder

try:
    import peft
    import torch
    import transformers
except ImportError:
    transformers = None

RANK, ALPHA, STEPS, CHECKPOINT, INTERRUPTED = 4, 8, 8, 4, 6


class Interruption(Exception):
    pass


def make_trainer(folder, callbacks, use_rslora=True, interrupted_after=None, adapter=True):
    """A `Trainer` of a random GPT-2 with two layers of 16 columns, on 32 random texts."""
    transformers.logging.set_verbosity_error()
    torch.manual_seed(0)
    model = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(n_layer=2, n_head=2, n_embd=16, n_positions=16, vocab_size=64)
    )
    if adapter:
        config = peft.LoraConfig(
            r=RANK,
            lora_alpha=ALPHA,
            use_rslora=use_rslora,
            lora_dropout=0.1,
            target_modules=["c_attn"],
            fan_in_fan_out=True,
        )
        model = peft.get_peft_model(model, config)
    texts = torch.randint(0, 64, (32, 16), generator=torch.Generator().manual_seed(1))
    data = [{"input_ids": text, "labels": text} for text in texts]
    if interrupted_after is not None:

        class Interrupt(transformers.TrainerCallback):
            def on_step_end(self, args, state, control, **kwargs):
                if state.global_step == interrupted_after:
                    raise Interruption

        # Behind lorabook's, as a crash comes after what was logged.
        callbacks = [*callbacks, Interrupt()]
    return transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(
            output_dir=str(folder / "out"),
            max_steps=STEPS,
            logging_steps=1,
            save_steps=CHECKPOINT,
            eval_strategy="steps",
            eval_steps=CHECKPOINT,
            per_device_train_batch_size=2,
            gradient_accumulation_steps=2,
            learning_rate=1e-2,
            weight_decay=0.01,
            lr_scheduler_type="cosine",
            seed=7,
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        ),
        train_dataset=data,
        eval_dataset=data[:4],
        callbacks=callbacks,
    )


@unittest.skipUnless(transformers, "needs transformers, PEFT and torch")
class Training(FakeBook):
    """What is sent, with the fake program."""

    def curve(self, metric, lines):
        return {
            line["step"]: line["metrics"][metric]
            for line in lines
            if metric in line.get("metrics", {})
        }

    def test_a_training_is_recorded_as_trainer_itself_logged_it(self):
        from lorabook.hf import LorabookCallback

        trainer = make_trainer(self.folder, [LorabookCallback("ft", info={"host": "a"})])
        with warnings.catch_warnings():
            warnings.simplefilter("error", category=__import__("lorabook").LorabookWarning)
            trainer.train()
        lines = self.lines()
        first = lines[0]
        self.assertEqual(
            [first[name] for name in ("sweep", "rank", "alpha", "rule", "seed", "status")],
            ["ft", RANK, ALPHA, "rslora", 7, "running"],
        )
        params = {name: first["params"].pop(name) for name in list(first["params"])}
        optim = params.pop("optim")
        self.assertIn("adamw", optim)
        self.assertEqual(
            params,
            {
                "lr": 1e-2,
                "per_device_train_batch_size": 2,
                "gradient_accumulation_steps": 2,
                "lr_scheduler_type": "cosine",
                "weight_decay": 0.01,
                "lora_dropout": 0.1,
            },
        )
        self.assertEqual(first["info"]["host"], "a")
        self.assertEqual(first["info"]["target_modules"], '["c_attn"]')
        for metric in ("loss", "learning_rate", "grad_norm", "eval_loss"):
            logged = {
                entry["step"]: entry[metric]
                for entry in trainer.state.log_history
                if metric in entry
            }
            self.assertEqual(self.curve(metric, lines), logged)
            self.assertEqual(len(logged), 2 if metric == "eval_loss" else STEPS)
        self.assertEqual(lines[-1]["status"], "finished")

    def test_the_scaling_rule_follows_use_rslora_and_a_model_without_adapter_has_no_rank(self):
        from lorabook.hf import LorabookCallback

        make_trainer(self.folder, [LorabookCallback("ft")], use_rslora=False).train()
        self.assertEqual(self.lines()[0]["rule"], "lora")
        (self.book / "lines.jsonl").unlink()
        make_trainer(self.folder, [LorabookCallback("ft")], adapter=False).train()
        self.assertTrue({"rank", "alpha", "rule"}.isdisjoint(self.lines()[0]))
        self.assertEqual(len(self.curve("loss", self.lines())), STEPS)

    def test_a_resumed_training_goes_on_with_its_run_from_the_checkpoint(self):
        from lorabook.hf import LorabookCallback

        with self.assertRaises(Interruption):
            make_trainer(
                self.folder, [LorabookCallback("ft")], interrupted_after=INTERRUPTED
            ).train()
        trainer = make_trainer(self.folder, [LorabookCallback("ft")])
        trainer.train(resume_from_checkpoint=True)
        lines = self.lines()
        self.assertEqual(len({line["run"] for line in lines}), 1)
        (second,) = (place for place, line in enumerate(lines) if "resume_from" in line)
        self.assertEqual(lines[second]["resume_from"], CHECKPOINT)
        self.assertEqual(lines[second - 1]["status"], "failed")
        self.assertIn(INTERRUPTED - 1, self.curve("loss", lines[:second]))
        self.assertEqual(min(self.curve("loss", lines[second:])), CHECKPOINT + 1)
        self.assertEqual(lines[-1]["status"], "finished")

    def test_a_checkpoint_of_a_training_without_the_callback_can_be_resumed_with_it(self):
        from lorabook.hf import LorabookCallback

        with self.assertRaises(Interruption):
            make_trainer(self.folder, [], interrupted_after=INTERRUPTED).train()
        make_trainer(self.folder, [LorabookCallback("ft")]).train(resume_from_checkpoint=True)
        lines = self.lines()
        self.assertFalse(any("resume_from" in line for line in lines))
        self.assertEqual(min(self.curve("loss", lines)), CHECKPOINT + 1)

    def test_a_program_that_is_missing_stops_no_training(self):
        from lorabook.hf import LorabookCallback

        os.environ["LORABOOK"] = "/nowhere/lorabook"
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            make_trainer(self.folder, [LorabookCallback("ft")]).train()
        self.assertEqual(len(self.curve("loss", self.spool())), STEPS)


@unittest.skipUnless(transformers and PROGRAM, "needs transformers, PEFT, torch and $LORABOOK")
class TrainingInABook(Folder):
    """What is in a real book."""

    program = PROGRAM

    def setUp(self):
        super().setUp()
        os.environ["LORABOOK_DB"] = str(self.folder / "book.db")

    def test_an_interrupted_and_resumed_training_is_one_run_with_one_value_a_step(self):
        from lorabook.hf import LorabookCallback

        with self.assertRaises(Interruption):
            make_trainer(
                self.folder, [LorabookCallback("ft")], interrupted_after=INTERRUPTED
            ).train()
        trainer = make_trainer(self.folder, [LorabookCallback("ft")])
        trainer.train(resume_from_checkpoint=True)
        with contextlib.closing(sqlite3.connect(self.folder / "book.db")) as book:
            runs = book.execute("SELECT rank, alpha, rule, seed FROM runs").fetchall()
            metrics = book.execute("SELECT metric, step, value FROM metrics").fetchall()
            params = dict(book.execute("SELECT name, value FROM params WHERE kind = 'param'"))
            (status,) = book.execute("SELECT status FROM logged_run").fetchone()
        self.assertEqual(runs, [(RANK, ALPHA, "rslora", 7)])
        self.assertEqual(status, "finished")
        # The state of the checkpoint holds what was logged before it.
        for metric in ("loss", "learning_rate", "eval_loss"):
            logged = {
                entry["step"]: entry[metric]
                for entry in trainer.state.log_history
                if metric in entry
            }
            found = [(step, value) for name, step, value in metrics if name == metric]
            self.assertEqual(len(found), len(dict(found)))
            self.assertEqual(dict(found), logged)
            self.assertEqual(max(logged), STEPS)
        self.assertEqual(float(params["lr"]), 1e-2)
        self.assertEqual(params["lr_scheduler_type"], "cosine")


if __name__ == "__main__":
    unittest.main()
