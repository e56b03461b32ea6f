"""Settings are refused where a run starts, before any process does."""

import math
import unittest

import lorabook
from lorabook import SettingError, _settings

from .support import FakeBook


class Number:
    """A number of another library."""

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


class Settings(unittest.TestCase):
    def test_valid_settings_are_kept_as_a_line_has_them(self):
        self.assertEqual(
            _settings.settings(
                rank=Number(16),
                alpha=32,
                rule="rslora",
                seed=2**32 - 1,
                shape=(768, 3072),
                profile="layer3.query",
                noise=0,
                params={"lr": Number(2e-4), "bf16": True, "none": None},
                info={"host": "a"},
            ),
            {
                "rank": 16,
                "alpha": 32.0,
                "rule": "rslora",
                "seed": 4294967295,
                "shape": "768x3072",
                "profile": "layer3.query",
                "noise": 0.0,
                "params": {"lr": 2e-4, "bf16": "true"},
                "info": {"host": "a"},
            },
        )

    def test_absent_settings_stay_absent(self):
        self.assertEqual(_settings.settings(params={}), {})

    def test_each_setting_that_no_run_can_have_is_refused_with_its_name_and_value(self):
        refused = [
            ("rank", 0),
            ("rank", -4),
            ("rank", 1.5),
            ("rank", True),
            ("rank", "16"),
            ("rank", math.nan),
            ("alpha", math.inf),
            ("alpha", math.nan),
            ("alpha", "32"),
            ("alpha", [1, 2]),
            ("rule", "rlora"),
            ("rule", "power:"),
            ("rule", "power:nan"),
            ("rule", "power:1e999"),
            ("rule", 1),
            ("rule", ""),
            ("seed", -1),
            ("seed", 2**32),
            ("shape", "768"),
            ("shape", (768,)),
            ("shape", "0x4"),
            ("shape", (1, 2**31)),
            ("profile", 3),
            ("profile", "a\0b"),
            ("noise", -0.1),
            ("scale", math.inf),
            ("params", [1]),
            ("params", {"lr": math.nan}),
            ("params", {"lr": [1]}),
            ("params", {"rank": 4}),
            ("params", {"error": 4}),
            ("params", {1: 4}),
            ("params", {"big": 2**70}),
            ("params", {"text": "\ud800"}),
            ("info", {"": 1}),
            ("note", 4),
        ]
        for name, value in refused:
            with self.subTest(name=name, value=value):
                with self.assertRaises(SettingError) as caught:
                    _settings.settings(**{name: value})
                self.assertIn(name, str(caught.exception))

    def test_a_rule_of_the_users_own_needs_a_scale(self):
        self.assertEqual(_settings.settings(rule="tuned", scale=1.25)["rule"], "tuned")
        for known in ("lora", "rslora", "unit", "power:0.75", "power:-1e-3"):
            self.assertEqual(_settings.settings(rule=known)["rule"], known)

    def test_a_rank_above_the_shape_is_refused(self):
        with self.assertRaisesRegex(SettingError, "min"):
            _settings.settings(rank=65, shape="64x128")

    def test_a_value_whose_repr_raises_is_refused_all_the_same(self):
        class Rude:
            def __repr__(self):
                raise RuntimeError

        with self.assertRaisesRegex(SettingError, "Rude"):
            _settings.settings(rank=Rude())

    def test_a_line_says_nan_and_infinities_as_texts(self):
        self.assertEqual(
            _settings.line({"metrics": {"a": math.nan, "b": math.inf, "c": -math.inf, "d": 0.1}}),
            '{"metrics": {"a": "nan", "b": "inf", "c": "-inf", "d": 0.1}}\n',
        )


class Refusals(FakeBook):
    def test_run_refuses_names_and_starts_nothing(self):
        refused = [
            {"sweep": ""},
            {"sweep": " ft"},
            {"sweep": "latest"},
            {"sweep": "12"},
            {"sweep": "a\nb"},
            {"sweep": "é" * 101},
            {"sweep": None},
            {"sweep": "ft", "name": "a "},
            {"sweep": "ft", "db": 3},
            {"sweep": "ft", "name": "a", "resume_from": -1},
            {"sweep": "ft", "resume_from": 100},
            {"sweep": "ft", "rank": 0},
        ]
        for case in refused:
            with self.subTest(**case), self.assertRaises(SettingError):
                lorabook.run(**case)
        self.assertEqual(self.starts(), 0)
