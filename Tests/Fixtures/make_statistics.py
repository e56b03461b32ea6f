#!/usr/bin/env python3
"""Writes statistics_reference.json: SciPy's t quantiles, intervals and comparisons, and statsmodels'
powers and numbers of pairs.

Run: python3 make_statistics.py > statistics_reference.json        (needs numpy, scipy and statsmodels)
"""
import json
import sys

import numpy as np
import scipy
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower


def interval(result, level):
    low, high = result.confidence_interval(level)
    return [float(low), float(high)]


def welch_power(n, difference, sds, level):
    """The power of Welch's two-sided test with n values a side, by SciPy's non-central t."""
    first, second = (sd ** 2 / n for sd in sds)
    degrees = (first + second) ** 2 / ((first ** 2 + second ** 2) / (n - 1))
    shift = difference / np.sqrt(first + second)
    critical = stats.t.isf((1 - level) / 2, degrees)
    return float(stats.nct.sf(critical, degrees, shift) + stats.nct.cdf(-critical, degrees, shift))


def unpaired():
    """Powers and numbers of values a side: of statsmodels where both sides vary alike, else of SciPy's non-central t."""
    test = TTestIndPower()
    powers = [
        {"repeats": n, "difference": effect * 3, "sds": [3, 3], "level": level,
         "power": float(test.power(effect, n, 1 - level))}
        for n in (2, 3, 5, 20, 100, 1000) for effect in (0.05, 0.2, 0.5, 0.8, 2.0) for level in (0.9, 0.95, 0.99)
    ] + [
        {"repeats": n, "difference": difference, "sds": sds, "level": level,
         "power": welch_power(n, difference, sds, level)}
        for n in (2, 3, 7, 40, 300) for difference in (0.1, 0.5, 2.0)
        for sds in ([1, 2], [0.3, 3], [2, 0], [0.5, 0.4]) for level in (0.9, 0.95, 0.99)
    ]
    needed = [
        {"difference": effect * 0.1, "sds": [0.1, 0.1], "level": level, "power": power,
         "repeats": int(np.ceil(test.solve_power(effect, None, 1 - level, power)))}
        for effect in (0.05, 0.2, 0.5, 0.8, 1.5) for level in (0.9, 0.95, 0.99) for power in (0.5, 0.8, 0.95)
    ] + [
        {"difference": difference, "sds": sds, "level": 0.95, "power": power,
         "repeats": next(n for n in range(2, 100000) if welch_power(n, difference, sds, 0.95) >= power)}
        for difference in (0.3, 1.0, 2.5) for sds in ([1, 2], [0.3, 3], [2, 0]) for power in (0.5, 0.8, 0.95)
    ]
    return [p for p in powers if np.isfinite(p["power"])], needed


def main():
    random = np.random.RandomState(7)
    quantiles = [
        {"level": level, "degrees": degrees, "t": float(stats.t.ppf((1 + level) / 2, degrees))}
        for level in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
        for degrees in (1, 2, 3, 4.5, 9, 29.7, 99, 999, 1e6)
    ]
    cases = []
    for n, m, shared, spread in [(2, 2, 2, 1.0), (5, 5, 5, 1.0), (30, 30, 30, 1e-6), (100, 100, 100, 10.0),
                                 (12, 9, 7, 1.0), (2, 2, 0, 1.0), (8, 20, 0, 3.0), (40, 5, 0, 1e-3)]:
        first = random.randn(n) + 3
        second = 3.2 + spread * random.randn(m)
        level = 0.9 if n == 5 else 0.95
        case = {"first": first.tolist(), "second": second.tolist(), "shared": shared, "level": level}
        case["sd"] = float(np.std(first, ddof=1))
        case["interval"] = [float(v) for v in stats.t.interval(
            level, n - 1, loc=first.mean(), scale=stats.sem(first))]
        if shared:
            result = stats.ttest_rel(second[:shared], first[:shared])
            case["difference"] = float(np.mean(second[:shared] - first[:shared]))
            case["wins"] = float(np.mean(second[:shared] < first[:shared]))
        else:
            result = stats.ttest_ind(second, first, equal_var=False)
            case["difference"] = float(second.mean() - first.mean())
        case["difference_interval"] = interval(result, level)
        cases.append(case)
    test = TTestPower()
    powers = [
        {"pairs": pairs, "effect": effect, "level": level,
         "power": float(test.power(effect, pairs, 1 - level))}
        for pairs in (2, 3, 5, 20, 100, 1000)
        for effect in (0.05, 0.2, 0.5, 0.8, 2.0)
        for level in (0.9, 0.95, 0.99)
        # SciPy has no number for some that are far out.
        if np.isfinite(test.power(effect, pairs, 1 - level))
    ]
    needed = [
        {"effect": effect, "level": level, "power": power,
         "pairs": int(np.ceil(test.solve_power(effect, None, 1 - level, power)))}
        for effect in (0.05, 0.2, 0.5, 0.8, 1.5)
        for level in (0.9, 0.95, 0.99)
        for power in (0.5, 0.8, 0.95)
    ]
    unpaired_powers, unpaired_needed = unpaired()
    json.dump({"unpaired_powers": unpaired_powers, "unpaired_needed": unpaired_needed, "powers": powers, "needed": needed, "scipy": scipy.__version__, "quantiles": quantiles, "cases": cases}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
