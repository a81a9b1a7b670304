"""Greedy decoding and beam search with a PyTorch Transformer that keeps its keys and values.

torch has no such cache, so it is written here, on the modules of nn.Transformer; before anything is
timed, its logits are compared with those of the whole prefix.
"""
import json
import math

import torch_common

arguments = torch_common.arguments(__doc__)
torch = torch_common.torch_with(arguments.threads)
linear = torch.nn.functional.linear
with open(arguments.workload) as file:
    workload = json.load(file)
d_model, n_heads = workload["d_model"], workload["n_heads"]
d_k = d_model // n_heads
model = torch_common.translator(torch, workload).eval()
layers = model.transformer.decoder.layers
begin_mark = 1


def in_heads(x):
    """(n, length, d_model) as (n, n_heads, length, d_k)."""
    return x.unflatten(-1, (n_heads, d_k)).transpose(1, 2)


def attend(module, queries, keys, values):
    """One query each: queries is (n, d_model), keys and values (n, n_heads, length, d_k)."""
    scores = in_heads(queries[:, None]) @ keys.transpose(-1, -2) / math.sqrt(d_k)
    return module.out_proj((scores.softmax(-1) @ values).flatten(1))


def project(module, x, first, last):
    """Parts [first, last) of queries, keys and values, which one matrix holds."""
    part = slice(first * d_model, last * d_model)
    return linear(x, module.in_proj_weight[part], module.in_proj_bias[part]).chunk(last - first, -1)


class Growing:
    """The growing translations: `beam_size` rows for each source sentence."""

    def __init__(self, source, beam_size, length):
        memory = model.transformer.encoder(model.embed(source))
        n_rows = source.shape[0] * beam_size
        self.position = 0
        self.of_memory, self.of_target = [], []
        for layer in layers:
            self.of_memory.append([in_heads(x).repeat_interleave(beam_size, 0).contiguous()
                                   for x in project(layer.multihead_attn, memory, 1, 3)])
            self.of_target.append([torch.empty(n_rows, n_heads, length, d_k) for _ in range(2)])

    def append(self, tokens):
        """The logits of what may follow."""
        here = self.position
        self.position += 1
        x = model.embed(tokens[:, None], here)[:, 0]
        for layer, cache, memory in zip(layers, self.of_target, self.of_memory):
            queries, *newest = project(layer.self_attn, x, 0, 3)
            for kept, new in zip(cache, newest):
                kept[:, :, here] = new.unflatten(-1, (n_heads, d_k))
            keys, values = (kept[:, :, :here + 1] for kept in cache)
            x = layer.norm1(x + attend(layer.self_attn, queries, keys, values))
            queries, = project(layer.multihead_attn, x, 0, 1)
            x = layer.norm2(x + attend(layer.multihead_attn, queries, *memory))
            x = layer.norm3(x + layer.linear2(torch.relu(layer.linear1(x))))
        return model.logits(model.transformer.decoder.norm(x))

    def continue_from(self, parents):
        for cache in self.of_target:
            for kept in cache:
                kept[:, :, :self.position] = kept[parents, :, :self.position]


def greedy(source, length):
    growing, written = Growing(source, 1, length), []
    newest = torch.full((source.shape[0],), begin_mark)
    for _ in range(length):
        newest = growing.append(newest).argmax(-1)
        written.append(newest)
    return torch.stack(written, 1)


def beam_search(source, beam_size, length):
    n_sentences, n_words = source.shape[0], workload["n_vocabulary"]
    growing = Growing(source, beam_size, length)
    scores = torch.tensor([0.0] + [-math.inf] * (beam_size - 1)).repeat(n_sentences, 1)
    newest = torch.full((n_sentences * beam_size,), begin_mark)
    written = torch.empty(n_sentences * beam_size, 0, dtype=torch.long)
    first_rows = beam_size * torch.arange(n_sentences)[:, None]
    for _ in range(length):
        steps = growing.append(newest).log_softmax(-1).view(n_sentences, beam_size, n_words)
        scores, best = (scores[..., None] + steps).flatten(1).topk(beam_size)
        parents = (first_rows + best.div(n_words, rounding_mode="floor")).flatten()
        newest = (best % n_words).flatten()
        growing.continue_from(parents)
        written = torch.cat([written[parents], newest[:, None]], 1)
    return written[::beam_size]


def check_cache(source):
    """The last of three steps must give the logits that nn.Transformer gives for the prefix."""
    prefix = torch.full((source.shape[0], 3), begin_mark)
    growing = Growing(source, 1, 3)
    for i in range(3):
        logits = growing.append(prefix[:, i])
    padding = [torch.zeros(tokens.shape, dtype=torch.bool) for tokens in (source, prefix)]
    assert torch.allclose(logits, model(source, prefix, *padding)[:, -1], atol=1e-3)


results = torch_common.Results(arguments.threads)
with torch.inference_mode(), torch_common.autocast(torch, arguments):
    for case in workload["decoding"]:
        source, length, beam_size = torch.tensor(case["source"]), case["length"], case["beam_size"]
        if not arguments.way:
            check_cache(source)

        def translate():
            if beam_size == 1:
                return greedy(source, length)
            return beam_search(source, beam_size, length)

        results.add(f"{workload['name']}/{case['name']}",
                    torch_common.median_seconds(translate, arguments.runs, shortest=0.1),
                    target_tokens=length * len(case["source"]))
results.write(arguments.out)
