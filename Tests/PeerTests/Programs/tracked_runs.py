"""Logs the same runs with a tracker's own API, as its users do: `tracked_runs.py mlflow|trackio`.

Two ranks and two seeds, each with a curve of three steps and an end value; the last run's loss diverged. MLflow also gets
a run that failed and one that was deleted. MLflow's store is mlflow.db; trackio's is below the home folder.
"""
import math
import os
import sys

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1",
    GRADIO_ANALYTICS_ENABLED="False", GIT_PYTHON_REFRESH="quiet")

CONFIGS = [
    {"r": rank, "lora_alpha": 16, "use_rslora": rank == 8, "seed": seed, "lr": 2e-4, "optim": "adamw"}
    for rank in (4, 8) for seed in (0, 1)]


def losses(config):
    """Of steps 0, 10 and 20."""
    curve = [2.5, 1.5 + config["seed"] / 8, 1 + 1 / config["r"]]
    return curve if config is not CONFIGS[-1] else [*curve[:2], math.nan]


def log_to_mlflow():
    import mlflow

    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    mlflow.set_experiment("ft")
    for config in CONFIGS:
        with mlflow.start_run(run_name=f"r{config['r']}-{config['seed']}"):
            mlflow.log_params(config)
            for place, loss in enumerate(losses(config)):
                mlflow.log_metric("loss", loss, step=10 * place)
            mlflow.log_metric("eval_loss", losses(config)[1] / 2, step=20)
    try:
        with mlflow.start_run(run_name="broken"):
            mlflow.log_params(CONFIGS[0])
            mlflow.log_metric("loss", 3, step=0)
            raise InterruptedError
    except InterruptedError:
        pass
    with mlflow.start_run(run_name="deleted") as run:
        mlflow.log_metric("loss", 9, step=0)
    mlflow.delete_run(run.info.run_id)


def log_to_trackio():
    import trackio

    for config in CONFIGS:
        trackio.init(project="ft", name=f"r{config['r']}-{config['seed']}", config=config)
        for place, loss in enumerate(losses(config)):
            trackio.log({"loss": loss}, step=10 * place)
        trackio.log({"eval_loss": losses(config)[1] / 2}, step=20)
        trackio.finish()


{"mlflow": log_to_mlflow, "trackio": log_to_trackio}[sys.argv[1]]()
