"""Training steps of the usual PyTorch Transformer, on the same batches, padded."""
import json
import statistics
import time

import torch_common

arguments = torch_common.arguments(__doc__)
torch = torch_common.torch_with(arguments.threads)
with open(arguments.workload) as file:
    workload = json.load(file)

ignored = -100  # what cross_entropy leaves out


def padded(sentences, filler=0):
    rows = [torch.tensor(sentence) for sentence in sentences]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=filler)


def batch_of(batch):
    """Source, target, which of their places are padding, and the tokens to predict."""
    outputs, first = [], 0
    for sentence in batch["target_input"]:
        outputs.append(batch["target_output"][first:first + len(sentence)])
        first += len(sentence)
    source, target = padded(batch["source"], -1), padded(batch["target_input"], -1)
    return (source.clamp(min=0), target.clamp(min=0), source < 0, target < 0,
            padded(outputs, ignored))


batches = [batch_of(batch) for batch in workload["batches"]]
model = torch_common.translator(torch, workload).train()
fused = {"fused": True} if "fused" in arguments.way else {}
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-9, **fused)
if "compile" in arguments.way:
    model = torch.compile(model, dynamic=True)


def step(source, target, source_padding, target_padding, outputs):
    optimizer.zero_grad(set_to_none=True)
    with torch_common.autocast(torch, arguments):
        logits = model(source, target, source_padding, target_padding)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), outputs.flatten(),
                                                 ignore_index=ignored, label_smoothing=0.1)
    loss.backward()
    optimizer.step()


def train():
    for batch in batches:
        step(*batch)


# The first round warms up; short rounds are taken several times.
train()
runs = []
while not runs or (len(runs) < arguments.runs and sum(runs) < 5.0):
    start = time.perf_counter()
    train()
    runs.append(time.perf_counter() - start)

n_tokens = sum(len(batch["target_output"]) for batch in workload["batches"])
results = torch_common.Results(arguments.threads)
results.add(f"{workload['name']}/train", statistics.median(runs) / len(batches),
            flops=sum(batch["flops"] for batch in workload["batches"]) / len(batches),
            target_tokens=n_tokens / len(batches),
            peak_memory=torch_common.peak_memory())
results.write(arguments.out)
