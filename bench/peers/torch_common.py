"""What the PyTorch scripts share: how torch is set up, the usual model, how results are written.

They write what Google Benchmark prints as JSON, so that one reader does for all.
"""
import argparse
import json
import math
import os
import resource
import statistics
import sys
import time


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--workload", help="JSON that write_workload printed")
    parser.add_argument("--out", required=True, help="where the results go, as JSON")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--way", nargs="*", default=[], choices=["fused", "compile", "bf16"],
                        help="fused Adam, torch.compile, autocast to bf16")
    return parser.parse_args()


def torch_with(n_threads):
    """torch on n threads. A torch that calls OpenBLAS obeys the variable only, if set before."""
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(n_threads)
    import torch
    torch.set_num_threads(n_threads)
    torch.manual_seed(1)
    return torch


def autocast(torch, arguments):
    """bf16 products where that is the way."""
    return torch.autocast("cpu", torch.bfloat16, enabled="bf16" in arguments.way)


def peak_memory():
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def median_seconds(work, n_runs, shortest=0.02):
    """Of one call, each run being as many calls as take `shortest` seconds."""
    work()
    start, n_calls = time.perf_counter(), 0
    while n_calls == 0 or time.perf_counter() - start < shortest:
        work()
        n_calls += 1
    runs = []
    for _ in range(n_runs):
        start = time.perf_counter()
        for _ in range(n_calls):
            work()
        runs.append((time.perf_counter() - start) / n_calls)
    return statistics.median(runs)


class Results:
    def __init__(self, n_threads):
        self.n_threads = n_threads
        self.benchmarks = []
        self.context = {}

    def add(self, name, seconds, **counters):
        self.benchmarks.append({"name": f"{name}/threads:{self.n_threads}", "run_type": "iteration",
                                "real_time": seconds * 1e3, "time_unit": "ms", **counters})

    def write(self, path):
        with open(path, "w") as file:
            json.dump({"context": self.context, "benchmarks": self.benchmarks}, file, indent=1)


def positions(torch, length, d_model):
    """Sines and cosines (section 3.5), (length, d_model)."""
    rates = 10000.0 ** (-torch.arange(0, d_model, 2) / d_model)
    angles = torch.arange(length)[:, None] * rates
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


def translator(torch, sizes):
    """nn.Transformer as it comes, with one table for source, target and output."""
    nn = torch.nn

    class Translator(nn.Module):
        def __init__(self):
            super().__init__()
            d_model, p_drop = sizes["d_model"], sizes["p_drop"]
            self.table = nn.Embedding(sizes["n_vocabulary"], d_model)
            nn.init.normal_(self.table.weight, std=d_model ** -0.5)
            self.register_buffer("positions", positions(torch, 256, d_model))
            self.dropout = nn.Dropout(p_drop)
            self.transformer = nn.Transformer(
                d_model, sizes["n_heads"], sizes["n_layers"], sizes["n_layers"], sizes["d_ff"],
                p_drop, batch_first=True)

        def embed(self, tokens, first=0):
            x = self.table(tokens) * math.sqrt(sizes["d_model"])
            return self.dropout(x + self.positions[first:first + tokens.shape[1]])

        def logits(self, y):
            return nn.functional.linear(y, self.table.weight)

        def forward(self, source, target, source_padding, target_padding):
            n = target.shape[1]
            future = torch.ones(n, n, dtype=torch.bool).triu(1)
            y = self.transformer(
                self.embed(source), self.embed(target), tgt_mask=future,
                src_key_padding_mask=source_padding, memory_key_padding_mask=source_padding,
                tgt_key_padding_mask=target_padding)
            return self.logits(y)

    return Translator()
