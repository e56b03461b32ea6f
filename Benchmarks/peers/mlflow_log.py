#!/usr/bin/env python3
"""Logs the article's grid to MLflow, a run a run: `mlflow_log.py FOLDER SEEDS [sum]`; with `sum` it reads them back.

The store is SQLite's. Parameters and metrics are logged in one call each, as MLflow's guide advises.
"""
import os
import sys

import mlflow

from trackers import print_sums, runs_of_grid

SETTINGS = ("seed", "shape", "profile", "noise", "rank", "alpha", "rule")


def main():
    mlflow.set_tracking_uri(f"sqlite:///{os.path.abspath(sys.argv[1])}/mlflow.db")
    mlflow.set_experiment("article")
    for run in runs_of_grid(int(sys.argv[2])):
        with mlflow.start_run():
            mlflow.log_params({name: run.pop(name) for name in SETTINGS})
            mlflow.log_metrics(run)
    if sys.argv[3:] == ["sum"]:
        sum_up()


def sum_up():
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name("article").experiment_id
    runs = client.search_runs([experiment], max_results=50_000)
    print_sums(run.data.metrics for run in runs)


if __name__ == "__main__":
    main()
