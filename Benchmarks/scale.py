"""How much a bench run does: whole, or quick."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes and repetitions; what a row is called follows from them."""
    quick: bool
    # How often each command of a series runs.
    rounds: int
    # Seeds of the article's grid.
    article_seeds: int
    # Seeds on which NumPy's settings are tried, and how often.
    trial_seeds: int
    trial_rounds: int
    large_shape: int
    large_seeds: int
    # Updates that a dense grid of 4,096 settings is measured on: recorded before, and to be recorded.
    reused_updates: int
    reused_shape: int
    dense_updates: int
    # Runs of the large book, and of the books that its growth is seen in.
    many_runs: int
    growth_runs: tuple
    # Seeds of the article's grid that are recorded into those.
    growth_more_seeds: int
    growth_seeds: tuple
    growth_shapes: tuple
    growth_job_seeds: int
    # Of what the trackers log, and how often.
    tracker_seeds: int
    tracker_rounds: int
    # Seeds of the book whose bytes are counted.
    size_seeds: int
    # Seeds of the trained signal, which has 624 trainings each.
    signal_seeds: int
    # How many of them PEFT trains.
    peft_trainings: int
    # Side of the difference of two large matrices.
    weight_span: int
    # Tensors and bytes of a long header.
    header_tensors: int
    header_bytes: int
    # JSON lines of two metrics each.
    logged_lines: int


FULL = Scale(
    quick=False, rounds=5, article_seeds=1000, trial_seeds=50, trial_rounds=3, large_shape=1024, large_seeds=4,
    reused_updates=1000, reused_shape=128, dense_updates=1221, many_runs=10_000_000,
    growth_runs=(10**4, 10**5, 10**6, 10**7), growth_more_seeds=1000, growth_seeds=(10**3, 10**4, 10**5),
    growth_shapes=(64, 128, 256, 512, 1024, 2048), growth_job_seeds=10_000, tracker_seeds=5,
    tracker_rounds=5, size_seeds=10_000, signal_seeds=5, peft_trainings=96, weight_span=4096,
    header_tensors=750_000, header_bytes=100_000_000, logged_lines=320_000)

QUICK = Scale(
    quick=True, rounds=3, article_seeds=100, trial_seeds=10, trial_rounds=1, large_shape=512, large_seeds=2,
    reused_updates=30, reused_shape=128, dense_updates=25, many_runs=200_000, growth_runs=(10**4, 10**5, 2 * 10**5),
    growth_more_seeds=100, growth_seeds=(100, 300, 1000), growth_shapes=(64, 128, 256, 512),
    growth_job_seeds=1000, tracker_seeds=1, tracker_rounds=1, size_seeds=1000, signal_seeds=1, peft_trainings=12,
    weight_span=1024, header_tensors=75_000, header_bytes=10_000_000, logged_lines=32_000)
