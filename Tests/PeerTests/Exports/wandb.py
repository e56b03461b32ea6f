"""Stands in for W&B's package, whose API needs its server."""


class Run:
    def __init__(self, id, rank, use_rslora):
        self.id, self.config = id, {"r": rank, "lora_alpha": 16, "use_rslora": use_rslora}

    def scan_history(self):
        for step in (0, 1, 2):
            yield {"_step": step, "_runtime": 0.5, "eval/loss": self.config["r"] / (1 + step)}
        yield {"_step": 3, "loss": 1.5}


class Api:
    def runs(self, path):
        assert path == "me/project"
        return [Run("x4", 4, False), Run("x8", 8, True)]
