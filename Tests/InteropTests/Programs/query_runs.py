"""Records the runs that `query_answers.py` asks about: query_runs.py KIND."""
import csv
import itertools
import random
import sqlite3
import subprocess
import sys

random.seed(7)
FIELDS = ("sweep", "seed", "d", "k", "profile", "noise", "rank", "alpha", "rule", "scale", "error",
          "truncation_error", "variance_captured")


def lorabook(*words):
    subprocess.run(["lorabook", *words], check=True)


def runs(seeds, rules, **settings):
    """A grid of runs with made-up measurements; a rule of its own has a scale for each rank."""
    updates = (("a", 8, 6, ""), ("b", 8, 6, ""), ("a", 6, 8, 0.1), ("b", 6, 8, ""), ("a", 8, 6, 0.1))
    grid = itertools.product(seeds, updates, (1, 2, 4), (4, 8), rules)
    for seed, (profile, d, k, noise), rank, alpha, rule in grid:
        captured = random.uniform(0, 1)
        yield dict(seed=seed, d=d, k=k, profile=profile, noise=noise, rank=rank, alpha=alpha, rule=rule,
                   scale=1.5 / rank if rule == "own" else "", error=random.uniform(0, 3),
                   truncation_error=random.choice(["", random.uniform(0, 1)]),
                   variance_captured=random.choice(["", captured])) | settings


def import_runs(rows, name="imported"):
    with open("runs.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows({"sweep": name} | row for row in rows)
    lorabook("import", "runs.csv")


def computed():
    lorabook("sweep", "--quiet", "--seeds", "0-4", "--shapes", "12x12,16x10", "--ranks", "1,2,8", "--alphas",
             "4,8", "--rules", "lora,rslora,power:0.75,unit", "--profiles", "style,exp:0.3,flat:2", "--noise",
             "0.05")


def logged():
    """Three seeds under one rule after the other, as two trainings log them."""
    for rule, seed in itertools.product(("lora", "rslora"), (3, 1, 2)):
        lorabook("log", "--sweep", "logged", "--seed", str(seed), "--shape", "64x64", "--profile", "task",
                 "--rank", "8", "--alpha", "16", "--rule", rule, f"--error={random.uniform(0, 1)}",
                 f"--variance-captured={0.85 + seed / 20}")


def shuffled():
    rows = list(runs(range(4), ("lora", "rslora", "own", "unit")))
    random.shuffle(rows)
    import_runs(rows)


def repeated():
    """Holes, repeats of one seed, diverged and missing errors, in two imports of one sweep."""
    rows = list(runs(range(4), ("lora", "rslora", "unit")))
    rows = [dict(row) for row in random.choices(rows, k=2 * len(rows))]
    for row in random.sample(rows, len(rows) // 3):
        row["error"] *= random.choice([1 + 1e-15, 1.5])
    for row in random.sample(rows, len(rows) // 10):
        row["error"] = random.choice(["nan", "inf", "-inf", ""]) if row["truncation_error"] else "nan"
    random.shuffle(rows)
    import_runs(rows)
    # Other updates, and one more of the same, of another sweep between.
    lorabook("log", "--sweep", "other", "--seed", "1", "--shape", "8x6", "--profile", "a", "--noise", "0.1",
             "--rank", "2", "--alpha", "4", "--rule", "lora", "--error", "0.5")


def labelled():
    """Cells that differ in the scale of a label alone, and names that are equal only to a reader."""
    rows = [row for scale in (0.5, 2) for row in runs(range(3), ("tuned",), scale=scale)]
    rows += list(runs(range(3), ("lora", "caf\u00e9", "cafe\u0301"), scale=1.25))
    for row in rows:
        if row["profile"] == "a":
            row["profile"] = random.choice(["caf\u00e9", "cafe\u0301"])
    random.shuffle(rows)
    import_runs(rows)


def bare():
    """Settings that are absent, runs without a seed, and parameters: nothing records them yet."""
    rows = list(runs(range(4), ("lora", "rslora")))
    random.shuffle(rows)
    import_runs(rows)
    with sqlite3.connect("lorabook.db") as book:
        book.executescript(
            """
            INSERT INTO parameter_set VALUES (100, 'lr=0.1'), (101, 'lr=0.2');
            INSERT INTO parameter VALUES (100, 'lr', '0.1', 0.1), (101, 'lr', '0.2', 0.2);
            UPDATE cell SET parameter_set_id = 100 + cell_id % 2 WHERE rank = 2;
            UPDATE cell SET rank = NULL WHERE rank = 4;
            UPDATE cell SET alpha = NULL WHERE alpha = 8;
            UPDATE cell SET rule = NULL WHERE rule = 'lora' AND d = 8;
            UPDATE cell SET d = NULL, k = NULL WHERE d = 6;
            UPDATE origin SET d = NULL, k = NULL WHERE d = 6;
            UPDATE delta SET seed = NULL WHERE seed = 3 AND origin_id % 2;
            UPDATE cell SET prescription_id = NULL WHERE noise IS NULL AND d = 8 AND prescription_id = (
              SELECT prescription_id FROM sweep_profile WHERE label = 'a'
            );
            UPDATE origin SET prescription_id = NULL WHERE noise IS NULL AND d = 8 AND prescription_id = (
              SELECT prescription_id FROM sweep_profile WHERE label = 'a'
            );
            """)


def large():
    """Singular values and errors up to 1e300."""
    lorabook("sweep", "--quiet", "--name", "sigmas", "--seeds", "0-2", "--shapes", "16x12", "--ranks", "1,4,12",
             "--profiles", "flat:1e200,exp:0.3:1e300,linear:1e160:1e155,flat:1e300:3", "--noise", "0,1e298")
    rows = list(runs(range(3), ("lora", "rslora")))
    for row in rows:
        row["error"] *= 10.0 ** random.choice([200, 299])
    import_runs(rows)


def small():
    """Singular values and errors down to 1e-300."""
    lorabook("sweep", "--quiet", "--name", "sigmas", "--seeds", "0-2", "--shapes", "16x12", "--ranks", "1,4,12",
             "--profiles", "flat:1e-200,exp:0.3:1e-290,linear:1e-160:1e-165,flat:1e-300:3", "--noise", "0")
    rows = list(runs(range(3), ("lora", "rslora")))
    for row in rows:
        row["error"] *= 1e-200
    import_runs(rows)


globals()[sys.argv[1]]()
