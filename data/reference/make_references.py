#!/usr/bin/python3
"""Writes data/reference/NN_name.safetensors: what PyTorch computes, in float64, for the inputs that
the chapters' programs check themselves against. README.md says what the files hold.

PyTorch works on padded batches with masks, column-wise weights and its own modules wherever they
exist; the program works on packed batches and row-wise weights. So the two agree only where both
are right. Every gradient is that of sum(y * dy), by PyTorch's autograd.

Run: /usr/bin/python3 data/reference/make_references.py   (Debian 12: apt-get install python3-torch)
With names of files behind it, it writes only these.
"""

import json
import math
import pathlib
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
FOLDER = pathlib.Path(__file__).resolve().parent

D_MODEL, D_FF, N_HEADS, N_LAYERS, N_VOCABULARY = 12, 20, 2, 2, 17
EPSILON_LS, BEGIN, END = 0.1, 1, 2
CONFIG = {"config/d_model": D_MODEL, "config/d_ff": D_FF, "config/n_heads": N_HEADS,
          "config/n_layers": N_LAYERS}


# ---- Files ------------------------------------------------------------------------------------


def save(name, arrays):
    """Writes one safetensors file: header length, JSON header, numbers; names in sorted order."""
    header, data = {}, b""
    for key in sorted(arrays):
        tensor = torch.as_tensor(arrays[key]).detach()
        kind, letter = ("F64", "d") if tensor.is_floating_point() else ("I64", "q")
        if kind == "F64":
            # The last bits differ between processors; what is left has 12 decimals.
            tensor = tensor.round(decimals=12) + 0.0
            assert tensor.isfinite().all(), key
        flat = tensor.flatten().tolist()
        offsets = [len(data), len(data) + 8 * len(flat)]
        header[key] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        data += struct.pack(f"<{len(flat)}{letter}", *flat)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path = FOLDER / f"{name}.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    print(f"{path.name}: {len(header)} arrays, {path.stat().st_size} bytes")


def under(prefix, arrays):
    return {f"{prefix}/{name}": array for name, array in arrays.items()}


# ---- Numbers ----------------------------------------------------------------------------------


def single(tensor):
    """Rounds to float32, so that the program starts from the same numbers."""
    return tensor.float().double()


def normal(*shape, deviation=1.0):
    return single(torch.randn(*shape) * deviation)


def leaf(*shape, deviation=1.0):
    return normal(*shape, deviation=deviation).requires_grad_()


def gradients(y, dy, leaves):
    """The gradients of sum(y * dy) by named leaves."""
    found = torch.autograd.grad((y * dy).sum(), list(leaves.values()))
    return under("gradients", dict(zip(leaves, found)))


# ---- Packed and padded batches ----------------------------------------------------------------


def sentences(packed, offsets):
    return [packed[begin:end] for begin, end in zip(offsets[:-1], offsets[1:])]


def pad(packed, offsets):
    """(n_tokens, ...) to (n_sentences, longest, ...)."""
    return nn.utils.rnn.pad_sequence(sentences(packed, offsets), batch_first=True)


def unpad(padded, offsets):
    lengths = offsets[1:] - offsets[:-1]
    return torch.cat([row[:length] for row, length in zip(padded, lengths)])


def padding_mask(offsets):
    """True where a padded batch has no token."""
    lengths = offsets[1:] - offsets[:-1]
    return torch.arange(int(lengths.max())) >= lengths[:, None]


def causal_mask(n):
    """True where a query (row) must not look at a key (column)."""
    return torch.ones(n, n, dtype=torch.bool).triu(1)


# ---- PyTorch's modules under the program's names ----------------------------------------------


class Bridge:
    """Which columns of which (transposed) PyTorch parameter a parameter of the program is."""

    def __init__(self):
        self.links = {}

    def tie(self, name, parameter, begin=0, end=None, transpose=True):
        parameter.data = single(parameter.data)
        self.links[name] = (parameter, begin, end, transpose)

    def _ours(self, link, tensor):
        _, begin, end, transpose = link
        return tensor.T[:, begin:end] if tensor.dim() == 2 and transpose else tensor

    def values(self, prefix="parameters"):
        ours = {name: self._ours(link, link[0].data) for name, link in self.links.items()}
        return under(prefix, {name: value.clone() for name, value in ours.items()})

    def gradients(self, y, dy):
        for link in self.links.values():
            link[0].grad = None
        (y * dy).sum().backward()
        return under("gradients", {name: self._ours(link, link[0].grad)
                                   for name, link in self.links.items()})

    def self_attention(self, path, module):
        without_biases(module)
        self.tie(f"{path}.w_qkv", module.in_proj_weight)
        self.tie(f"{path}.w_o", module.out_proj.weight)

    def cross_attention(self, path, module):
        without_biases(module)
        d_model = module.embed_dim
        self.tie(f"{path}.w_q", module.in_proj_weight, 0, d_model)
        self.tie(f"{path}.w_kv", module.in_proj_weight, d_model)
        self.tie(f"{path}.w_o", module.out_proj.weight)

    def norm(self, path, module):
        # Away from ones and zeros, where a wrong formula could hide.
        module.weight.data = 1 + 0.2 * torch.randn_like(module.weight)
        module.bias.data = 0.2 * torch.randn_like(module.bias)
        self.tie(f"{path}.gain", module.weight)
        self.tie(f"{path}.bias", module.bias)

    def feed_forward(self, path, linear_1, linear_2):
        self.tie(f"{path}.w_1", linear_1.weight)
        self.tie(f"{path}.b_1", linear_1.bias)
        self.tie(f"{path}.w_2", linear_2.weight)
        self.tie(f"{path}.b_2", linear_2.bias)

    def encoder_layer(self, path, layer):
        self.self_attention(f"{path}.self_attention", layer.self_attn)
        self.norm(f"{path}.norm_1", layer.norm1)
        self.feed_forward(f"{path}.feed_forward", layer.linear1, layer.linear2)
        self.norm(f"{path}.norm_2", layer.norm2)

    def decoder_layer(self, path, layer):
        self.self_attention(f"{path}.self_attention", layer.self_attn)
        self.norm(f"{path}.norm_1", layer.norm1)
        self.cross_attention(f"{path}.cross_attention", layer.multihead_attn)
        self.norm(f"{path}.norm_2", layer.norm2)
        self.feed_forward(f"{path}.feed_forward", layer.linear1, layer.linear2)
        self.norm(f"{path}.norm_3", layer.norm3)


def without_biases(attention):
    """The paper's projections have none; PyTorch's layers always make them."""
    for bias in (attention.in_proj_bias, attention.out_proj.bias):
        if bias is not None:
            bias.data.zero_()
            bias.requires_grad_(False)


def encoder_layer(norm_first=False, activation="relu"):
    return nn.TransformerEncoderLayer(D_MODEL, N_HEADS, D_FF, dropout=0.0, batch_first=True,
                                      norm_first=norm_first, activation=activation)


def decoder_layer():
    return nn.TransformerDecoderLayer(D_MODEL, N_HEADS, D_FF, dropout=0.0, batch_first=True)


def positional_encoding(n_positions, d_model):
    """Section 3.5, one number after the other."""
    def element(position, dimension):
        angle = position / 10000 ** (2 * (dimension // 2) / d_model)
        return math.sin(angle) if dimension % 2 == 0 else math.cos(angle)
    return torch.tensor([[element(p, j) for j in range(d_model)] for p in range(n_positions)])


class Transformer(nn.Module):
    """The whole model on padded batches: PyTorch's layers, and one matrix for three purposes."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(N_VOCABULARY, D_MODEL)
        self.encoder = nn.ModuleList(encoder_layer() for _ in range(N_LAYERS))
        self.decoder = nn.ModuleList(decoder_layer() for _ in range(N_LAYERS))
        self.embedding.weight.data *= D_MODEL ** -0.5
        self.bridge = Bridge()
        self.bridge.tie("embedding", self.embedding.weight, transpose=False)
        for i, layer in enumerate(self.encoder):
            self.bridge.encoder_layer(f"encoder.layer_{i}", layer)
        for i, layer in enumerate(self.decoder):
            self.bridge.decoder_layer(f"decoder.layer_{i}", layer)

    def embed(self, tokens):
        return (self.embedding(tokens) * math.sqrt(D_MODEL)
                + positional_encoding(tokens.shape[1], D_MODEL))

    def encode(self, tokens, offsets):
        x = self.embed(pad(tokens, offsets))
        for layer in self.encoder:
            x = layer(x, src_key_padding_mask=padding_mask(offsets))
        return x

    def decode(self, tokens, offsets, memory, memory_offsets):
        y = self.embed(pad(tokens, offsets))
        for layer in self.decoder:
            y = layer(y, memory, tgt_mask=causal_mask(y.shape[1]),
                      tgt_key_padding_mask=padding_mask(offsets),
                      memory_key_padding_mask=padding_mask(memory_offsets))
        return y

    def project(self, y):
        return F.linear(y, self.embedding.weight)

    def logits(self, source, source_offsets, target, target_offsets):
        """Packed, (n_target_tokens, n_vocabulary)."""
        memory = self.encode(source, source_offsets)
        y = self.decode(target, target_offsets, memory, source_offsets)
        return self.project(unpad(y, target_offsets))


# ---- The chapters -----------------------------------------------------------------------------


def tensors_and_matmul():
    a, b = normal(7, 5), normal(5, 9)
    x, w, bias, dy = leaf(6, 5), leaf(5, 4), leaf(4), normal(6, 4)
    linear = F.linear(x, w.T, bias)
    y = F.relu(linear)
    return {"a": a, "b": b, "outputs/ab": torch.matmul(a, b),
            "x": x, "parameters/w": w, "parameters/b": bias, "dy": dy,
            "outputs/linear": linear, "outputs/y": y, "outputs/loss": (y * dy).sum(),
            **gradients(y, dy, {"x": x, "w": w, "b": bias})}


def embeddings():
    table, tokens = leaf(11, 8, deviation=8 ** -0.5), torch.tensor([3, 7, 3, 0, 10, 7, 3])
    y, dy = F.embedding(tokens, table) * math.sqrt(8), normal(7, 8)
    return {"tokens": tokens, "parameters/embedding": table, "dy": dy, "outputs/y": y,
            **gradients(y, dy, {"embedding": table})}


def positions():
    tokens, offsets = pack([random_sentence(6), random_sentence(4)])
    table = normal(N_VOCABULARY, D_MODEL, deviation=D_MODEL ** -0.5)
    y = F.embedding(pad(tokens, offsets), table) * math.sqrt(D_MODEL)
    y = y + positional_encoding(y.shape[1], D_MODEL)
    return {"outputs/positional_encoding": positional_encoding(50, 128), "tokens": tokens,
            "offsets": offsets, "parameters/embedding": table, "outputs/y": unpad(y, offsets)}


def split_heads(padded):
    n, length, width = padded.shape
    return padded.view(n, length, N_HEADS, width // N_HEADS).transpose(1, 2)


def attention_case(query_offsets, key_offsets, causal):
    """Attention in the padded, four-dimensional form: (n_sentences, n_heads, length, d_k)."""
    q, k, v = leaf(query_offsets[-1], 8), leaf(key_offsets[-1], 8), leaf(key_offsets[-1], 8)
    q_4, k_4, v_4 = (split_heads(pad(x, offsets)) for x, offsets in
                     ((q, query_offsets), (k, key_offsets), (v, key_offsets)))
    scores = q_4 @ k_4.transpose(-2, -1) / math.sqrt(q_4.shape[-1])
    hidden = padding_mask(key_offsets)[:, None, None, :]
    if causal:
        hidden = hidden | causal_mask(scores.shape[-1])
    weights = F.softmax(scores.masked_fill(hidden, -math.inf), dim=-1)
    y = unpad((weights @ v_4).transpose(1, 2).flatten(2), query_offsets)
    dy = normal(query_offsets[-1], 8)
    n_queries, n_keys = query_offsets[1], key_offsets[1]
    return {"q": q, "k": k, "v": v, "dy": dy, "query_offsets": query_offsets,
            "key_offsets": key_offsets, "outputs/scores": scores[0, 0, :n_queries, :n_keys],
            "outputs/weights": weights[0, 0, :n_queries, :n_keys], "outputs/y": y,
            **gradients(y, dy, {"q": q, "k": k, "v": v})}


def attention():
    queries, keys = torch.tensor([0, 4, 9, 11]), torch.tensor([0, 6, 9, 14])
    # One sentence, one head, numbers of one decimal: "the dog ate the cat".
    q, k, v = (single(torch.randn(5, 4).round(decimals=1)) for _ in range(3))
    scores = q @ k.T / math.sqrt(4)
    weights = F.softmax(scores, dim=1)
    example = {"q": q, "k": k, "v": v, "outputs/scores": scores, "outputs/weights": weights,
               "outputs/vectors": weights @ v}
    return {"n_heads": torch.tensor(N_HEADS), **under("example", example),
            **under("self", attention_case(queries, queries, causal=False)),
            **under("causal", attention_case(queries, queries, causal=True)),
            **under("cross", attention_case(queries, keys, causal=False))}


def multi_head_attention():
    def module():
        return nn.MultiheadAttention(D_MODEL, N_HEADS, bias=False, batch_first=True)

    offsets, memory_offsets = torch.tensor([0, 3, 8, 10]), torch.tensor([0, 5, 7, 11])
    x, memory = leaf(10, D_MODEL), leaf(11, D_MODEL)

    def case(mha, bridge, inputs, key_offsets, mask=None):
        queries, keys = pad(x, offsets), pad(list(inputs.values())[-1], key_offsets)
        y = unpad(mha(queries, keys, keys, key_padding_mask=padding_mask(key_offsets),
                      attn_mask=mask, need_weights=False)[0], offsets)
        dy = normal(10, D_MODEL)
        of_inputs = torch.autograd.grad((y * dy).sum(), list(inputs.values()), retain_graph=True)
        return {"dy": dy, "outputs/y": y, **bridge.values(), **bridge.gradients(y, dy),
                **under("gradients", dict(zip(inputs, of_inputs)))}

    self_attention, causal_attention, cross_attention = module(), module(), module()
    bridges = Bridge(), Bridge(), Bridge()
    bridges[0].self_attention("self_attention", self_attention)
    bridges[1].self_attention("self_attention", causal_attention)
    bridges[2].cross_attention("cross_attention", cross_attention)
    cases = {
        "self": case(self_attention, bridges[0], {"x": x}, offsets),
        "causal": case(causal_attention, bridges[1], {"x": x}, offsets, causal_mask(5)),
        "cross": case(cross_attention, bridges[2], {"x": x, "memory": memory}, memory_offsets)}
    arrays = {"x": x, "offsets": offsets, "memory": memory, "memory_offsets": memory_offsets,
              "n_heads": torch.tensor(N_HEADS)}
    for name, arrays_of_case in cases.items():
        arrays.update(under(name, arrays_of_case))
    return arrays


def encoder():
    # Layer normalisation alone.
    norm_x, gain, bias, norm_dy = leaf(6, 4), leaf(4), leaf(4), normal(6, 4)
    norm_y = F.layer_norm(norm_x, (4,), gain, bias, eps=1e-5)
    example = torch.tensor([[1.0, 0.0, 0.0, 0.0]])
    layer_norm = {"example": example, "outputs/example": F.layer_norm(example, (4,), eps=1e-5),
                  "x": norm_x, "parameters/gain": gain, "parameters/bias": bias, "dy": norm_dy,
                  "outputs/y": norm_y,
                  **gradients(norm_y, norm_dy, {"x": norm_x, "gain": gain, "bias": bias})}

    offsets = torch.tensor([0, 4, 9, 12])
    hidden = padding_mask(offsets)

    def case(layers):
        bridge, x, dy = Bridge(), leaf(12, D_MODEL), normal(12, D_MODEL)
        for i, layer in enumerate(layers):
            bridge.encoder_layer(f"encoder.layer_{i}", layer)
        y = pad(x, offsets)
        for layer in layers:
            y = layer(y, src_key_padding_mask=hidden)
        y = unpad(y, offsets)
        arrays = {"x": x, "dy": dy, "outputs/y": y, **bridge.values(), **bridge.gradients(y, dy)}
        return {**arrays, "gradients/x": x.grad}

    # The same parameters with the norm before each sub-layer.
    one = encoder_layer()
    layer = case([one])
    pre_norm = encoder_layer(norm_first=True)
    pre_norm.load_state_dict(one.state_dict())
    y = pre_norm(pad(layer["x"], offsets), src_key_padding_mask=hidden)
    layer["outputs/pre_norm"] = unpad(y, offsets)
    stack = case([encoder_layer() for _ in range(N_LAYERS)])
    return {"offsets": offsets, **CONFIG, **under("layer_norm", layer_norm),
            **under("layer", layer), **under("stack", stack)}


def pack(tokens):
    """Lists of tokens as one list and its offsets."""
    return (torch.tensor([token for sentence in tokens for token in sentence]),
            torch.tensor([0, *map(len, tokens)]).cumsum(0))


def batch_of(pairs):
    """Source and target sentences with their marks: x </s>, and <s> y to be followed by y </s>."""
    source, source_offsets = pack([x + [END] for x, _ in pairs])
    target_input, target_offsets = pack([[BEGIN] + y for _, y in pairs])
    target_output, _ = pack([y + [END] for _, y in pairs])
    return {"source_tokens": source, "source_offsets": source_offsets,
            "target_input": target_input, "target_offsets": target_offsets,
            "target_output": target_output}


def random_sentence(length):
    return torch.randint(3, N_VOCABULARY, (length,)).tolist()


def random_batch(*lengths):
    """Sentence pairs of these lengths, without their marks."""
    return batch_of([(random_sentence(n), random_sentence(m)) for n, m in lengths])


def logits_of(model, batch):
    return model.logits(batch["source_tokens"], batch["source_offsets"], batch["target_input"],
                        batch["target_offsets"])


def decoder():
    model, batch = Transformer(), random_batch((4, 3), (2, 5), (5, 1))
    del batch["target_output"]
    logits = logits_of(model, batch)
    dlogits = normal(*logits.shape)
    source_offsets, target_offsets = batch["source_offsets"], batch["target_offsets"]
    memory = model.encode(batch["source_tokens"], source_offsets)
    decoded = model.decode(batch["target_input"], target_offsets, memory, source_offsets)
    return {**CONFIG, **batch, "dlogits": dlogits, "outputs/memory": unpad(memory, source_offsets),
            "outputs/decoded": unpad(decoded, target_offsets), "outputs/logits": logits,
            **model.bridge.values(), **model.bridge.gradients(logits, dlogits)}


def training_loop():
    logits, targets = leaf(6, 11, deviation=2.0), torch.randint(0, 11, (6,))
    criterion = nn.CrossEntropyLoss(label_smoothing=EPSILON_LS)
    loss = criterion(logits, targets)
    of_loss = {"logits": logits, "targets": targets, "outputs/loss": loss,
               **gradients(loss, 1.0, {"logits": logits})}

    model = Transformer()
    initial = model.bridge.values()
    batches = [random_batch((4, 3), (2, 5), (5, 1)), random_batch((1, 4), (6, 4))]
    n_steps, warmup_steps = 10, 40
    adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], betas=(0.9, 0.98),
                            eps=1e-9)
    losses, learning_rates = [], []
    for step in range(1, n_steps + 1):
        rate = D_MODEL ** -0.5 * min(step ** -0.5, step * warmup_steps ** -1.5)
        adam.param_groups[0]["lr"] = rate
        batch = batches[(step - 1) % len(batches)]
        loss = criterion(logits_of(model, batch), batch["target_output"])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
        learning_rates.append(rate)
    return {**CONFIG, "warmup_steps": torch.tensor(warmup_steps), "epsilon_ls": EPSILON_LS,
            **under("loss", of_loss), **under("batch_0", batches[0]),
            **under("batch_1", batches[1]), **initial,
            "outputs/losses": torch.tensor(losses),
            "outputs/learning_rates": torch.tensor(learning_rates),
            **model.bridge.values("outputs/parameters")}


def greedy(model, source, max_length):
    """One sentence, no cache: the whole prefix is decoded again for each token."""
    source_offsets = torch.tensor([0, len(source)])
    memory = model.encode(source, source_offsets)
    tokens, log_probabilities, margin = [], [], math.inf
    while len(tokens) < max_length:
        prefix = torch.tensor([BEGIN, *tokens])
        y = model.decode(prefix, torch.tensor([0, len(prefix)]), memory, source_offsets)
        row = F.log_softmax(model.project(y[0, -1]), dim=0)
        best = row.topk(2)
        margin = min(margin, float(best.values[0] - best.values[1]))
        log_probabilities.append(float(best.values[0]))
        if int(best.indices[0]) == END:
            break
        tokens.append(int(best.indices[0]))
    return tokens, log_probabilities, margin


def learn_to_reverse(model, n_steps):
    """Trains until the model says something: untrained, it repeats one token for ever."""
    adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.01)
    for _ in range(n_steps):
        sources = [random_sentence(int(torch.randint(1, 7, (1,)))) for _ in range(24)]
        batch = batch_of([(source, source[::-1]) for source in sources])
        adam.zero_grad()
        F.cross_entropy(logits_of(model, batch), batch["target_output"]).backward()
        adam.step()
    for parameter in model.parameters():
        parameter.data = single(parameter.data)


def translation():
    model, n_positions = Transformer(), 6  # one of the translations is cut off
    learn_to_reverse(model, n_steps=300)
    source, source_offsets = pack([random_sentence(n) + [END] for n in (5, 3, 4, 1, 5, 2)])
    with torch.no_grad():
        found = [greedy(model, s, n_positions) for s in sentences(source, source_offsets)]
    # A choice that rounding could turn would test nothing.
    assert min(margin for _, _, margin in found) > 1e-3
    tokens, offsets = pack([tokens for tokens, _, _ in found])
    each = [p for tokens, log_p, _ in found for p in log_p[:len(tokens)]]
    return {**CONFIG, "source_tokens": source, "source_offsets": source_offsets,
            "config/n_positions": torch.tensor(n_positions), **model.bridge.values(),
            "outputs/tokens": tokens, "outputs/offsets": offsets,
            "outputs/complete": torch.tensor([int(len(log_p) > len(tokens))
                                              for tokens, log_p, _ in found]),
            "outputs/token_log_probabilities": torch.tensor(each),
            "outputs/log_probabilities": torch.tensor([sum(log_p) for _, log_p, _ in found])}


def recurrent_case(module, packed, offsets, starts):
    """Ragged sentences through one of PyTorch's recurrent modules. y: what it says of each token,
    and below that the last states, for each direction of their own."""
    for name, parameter in module.named_parameters():
        parameter.data = single(parameter.data)
        if name.startswith("bias_hh"):  # one of the two biases is enough
            parameter.data.zero_()
    sequence = nn.utils.rnn.pack_padded_sequence(pad(packed, offsets), offsets[1:] - offsets[:-1],
                                                 batch_first=True, enforce_sorted=False)
    said, last = module(sequence, starts[0] if len(starts) == 1 else starts)
    said, _ = nn.utils.rnn.pad_packed_sequence(said, batch_first=True)
    return unpad(said, offsets), [last] if len(starts) == 1 else list(last)


def recurrent_arrays(module, n_directions, d_in, d_hidden):
    packed, offsets = leaf(11, d_in), torch.tensor([0, 3, 4, 9, 11])
    names = ["h_0", "c_0"][:2 if isinstance(module, nn.LSTM) else 1]
    starts = [leaf(n_directions, 4, d_hidden) for _ in names]
    said, last = recurrent_case(module, packed, offsets, starts)
    # [forwards; backwards] side by side, as in what it says.
    y = torch.cat([said, *(state.transpose(0, 1).flatten(1) for state in last)])
    dy, weights = normal(*y.shape), {}
    for suffix, path in (("l0", "forwards"), ("l0_reverse", "backwards"))[:n_directions]:
        for ours, theirs in (("w_x", "weight_ih"), ("w_h", "weight_hh"), ("b", "bias_ih")):
            weights[f"{path}.{ours}"] = getattr(module, f"{theirs}_{suffix}")
    found = gradients(y, dy, {**weights, "x": packed, **dict(zip(names, starts))})
    side_by_side = {name: start.transpose(0, 1).flatten(1) for name, start in zip(names, starts)}
    for name in names:
        found[f"gradients/{name}"] = found[f"gradients/{name}"].transpose(0, 1).flatten(1)

    def ours(weight):
        return weight.T if weight.dim() == 2 else weight

    found.update({f"gradients/{name}": ours(found[f"gradients/{name}"]) for name in weights})
    return {"x": packed, "offsets": offsets, **side_by_side, "dy": dy, "outputs/y": y, **found,
            **under("parameters", {name: ours(value) for name, value in weights.items()})}


def clipping():
    """Gradients of three sizes, cut at one norm by PyTorch's function."""
    arrays = {"max_norm": 5.0}
    for name, size in (("small", 0.1), ("large", 1.5), ("huge", 1e4)):
        gradient = normal(4, 6, deviation=size)
        parameter = nn.Parameter(torch.zeros_like(gradient))
        parameter.grad = gradient.clone()
        norm = nn.utils.clip_grad_norm_([parameter], arrays["max_norm"])
        arrays.update({f"{name}/gradient": gradient, f"outputs/{name}/norm": norm,
                       f"outputs/{name}/clipped": parameter.grad,
                       f"outputs/{name}/left": parameter.grad.norm()})
    return arrays


def recurrent_networks():
    d_in, d_hidden = 5, 6
    one_way = {"rnn": nn.RNN(d_in, d_hidden), "lstm": nn.LSTM(d_in, d_hidden)}
    both_ways = {"bidirectional_rnn": nn.RNN(d_in, d_hidden, bidirectional=True),
                 "bidirectional_lstm": nn.LSTM(d_in, d_hidden, bidirectional=True)}
    arrays = under("clipping", clipping())
    for n_directions, modules in ((1, one_way), (2, both_ways)):
        for name, module in modules.items():
            arrays.update(under(name, recurrent_arrays(module, n_directions, d_in, d_hidden)))
    return arrays


def additive(q, k, v, values):
    """softmax_j(v . tanh(q_i + k_j)) values, of one sentence."""
    scores = torch.tanh(q[:, None, :] + k[None, :, :]) @ v
    return scores.softmax(dim=1) @ values


def bahdanau_gru(weights, x, h):
    """Appendix A.1.1 of Bahdanau et al. 2015, row by row."""
    (x_z, x_r, x_c), (h_z, h_r) = weights["w_x"].chunk(3, dim=1), weights["w_h"].chunk(2, dim=1)
    b_z, b_r, b_c = weights["b"].chunk(3)
    z = torch.sigmoid(x @ x_z + h @ h_z + b_z)
    r = torch.sigmoid(x @ x_r + h @ h_r + b_r)
    candidate = torch.tanh(x @ x_c + (r * h) @ weights["w_c"] + b_c)
    return (1 - z) * h + z * candidate


def gru_weights(d_in, d_hidden):
    return {"w_x": leaf(d_in, 3 * d_hidden, deviation=0.5),
            "w_h": leaf(d_hidden, 2 * d_hidden, deviation=0.5),
            "w_c": leaf(d_hidden, d_hidden, deviation=0.5), "b": leaf(3 * d_hidden, deviation=0.5)}


def additive_arrays():
    """Three sentences, the second of which asks nothing."""
    queries, keys = torch.tensor([0, 2, 2, 5]), torch.tensor([0, 3, 4, 8])
    inputs = {"q": leaf(5, 6), "k": leaf(8, 6), "v": leaf(6), "values": leaf(8, 4)}
    y = torch.cat([additive(inputs["q"][q0:q1], inputs["k"][k0:k1], inputs["v"],
                            inputs["values"][k0:k1])
                   for q0, q1, k0, k1 in zip(queries, queries[1:], keys, keys[1:])])
    dy = normal(*y.shape)
    return {**inputs, "query_offsets": queries, "key_offsets": keys, "dy": dy, "outputs/y": y,
            **gradients(y, dy, inputs)}


def gru_arrays():
    """A step of Bahdanau's cell; and nn.GRU with the same weights, where z is what is kept."""
    d_in, d_hidden = 5, 6
    weights, x, h = gru_weights(d_in, d_hidden), leaf(4, d_in), leaf(4, d_hidden)
    y = bahdanau_gru(weights, x, h)
    dy = normal(*y.shape)

    def in_their_order(z, r, rest):
        return torch.cat([r, -z, rest], dim=-1)

    module = nn.GRU(d_in, d_hidden)
    module.weight_ih_l0.data = in_their_order(*weights["w_x"].chunk(3, dim=1)).T.detach()
    of_state = in_their_order(*weights["w_h"].chunk(2, dim=1), weights["w_c"])
    module.weight_hh_l0.data = of_state.T.detach()
    module.bias_ih_l0.data = in_their_order(*weights["b"].chunk(3)).detach()
    module.bias_hh_l0.data.zero_()
    theirs, _ = module(x[None], h[None])
    found = gradients(y, dy, {**{f"cell.{name}": w for name, w in weights.items()}, "x": x, "h": h})
    return {"x": x, "h": h, "dy": dy, "outputs/y": y, "outputs/of_nn_gru": theirs[0], **found,
            **under("parameters", {f"cell.{name}": w for name, w in weights.items()})}


def attentive_translator():
    """Reads both ways, then writes word by word, and looks at all states before each word."""
    d = 6
    weights = {"embedding": leaf(N_VOCABULARY, d, deviation=0.5)}
    for path, d_in in (("encoder.forwards", d), ("encoder.backwards", d), ("decoder", 3 * d)):
        weights.update({f"{path}.{name}": w for name, w in gru_weights(d_in, d).items()})
    for path, shape in (("decoder.w_start", (d, d)), ("decoder.b_start", (d,)),
                        ("attention.w_query", (d, d)), ("attention.w_key", (2 * d, d)),
                        ("attention.v", (d,)), ("output.w", (3 * d, d)), ("output.b", (d,))):
        weights[path] = leaf(*shape, deviation=0.5)

    def cell(path, x, h):
        names = ("w_x", "w_h", "w_c", "b")
        return bahdanau_gru({name: weights[f"{path}.{name}"] for name in names}, x, h)

    def read(path, x):
        h, said = torch.zeros(1, d), []
        for row in x:
            h = cell(path, row[None], h)
            said.append(h)
        return torch.cat(said)

    def write(source, target):
        x, y = (math.sqrt(d) * weights["embedding"][tokens] for tokens in (source, target))
        back = read("encoder.backwards", x.flip(0)).flip(0)
        states = torch.cat([read("encoder.forwards", x), back], dim=1)
        keys = states @ weights["attention.w_key"]
        h = torch.tanh(back[:1] @ weights["decoder.w_start"] + weights["decoder.b_start"])
        logits = []
        for row in y:
            context = additive(h @ weights["attention.w_query"], keys, weights["attention.v"],
                               states)
            h = cell("decoder", torch.cat([row[None], context], dim=1), h)
            said = torch.tanh(torch.cat([h, context], dim=1) @ weights["output.w"]
                              + weights["output.b"])
            logits.append(said @ weights["embedding"].T)
        return torch.cat(logits)

    batch = random_batch((4, 3), (2, 5), (5, 1), (0, 3))
    del batch["target_output"]
    sources = sentences(batch["source_tokens"], batch["source_offsets"])
    targets = sentences(batch["target_input"], batch["target_offsets"])
    logits = torch.cat([write(source, target) for source, target in zip(sources, targets)])
    dlogits = normal(*logits.shape)
    return {"config/d_model": torch.tensor(d), **batch, "dlogits": dlogits,
            "outputs/logits": logits, **under("parameters", weights),
            **gradients(logits, dlogits, weights)}


def additive_attention():
    return {**under("attention", additive_arrays()), **under("gru", gru_arrays()),
            **under("translator", attentive_translator())}

def convolution_case(offsets, n_taps, dilation, is_causal):
    """One of PyTorch's convolutions on padded sentences. Ours has its taps one below the other."""
    d_in, d_out = 3, 4
    module = nn.Conv1d(d_in, d_out, n_taps, dilation=dilation)
    for parameter in module.parameters():
        parameter.data = single(parameter.data)
    x = leaf(int(offsets[-1]), d_in)
    beyond = (n_taps - 1) * dilation
    before = beyond if is_causal else (n_taps - 1) // 2 * dilation
    convolved = module(F.pad(pad(x, offsets).transpose(1, 2), (before, beyond - before)))
    y = unpad(convolved.transpose(1, 2), offsets)
    dy = normal(*y.shape)
    found = gradients(y, dy, {"x": x, "w": module.weight, "b": module.bias})

    def ours(weight):
        return weight.permute(2, 1, 0).flatten(0, 1)

    found["gradients/w"] = ours(found["gradients/w"])
    return {"x": x, "dy": dy, "n_taps": torch.tensor(n_taps), "dilation": torch.tensor(dilation),
            "outputs/y": y, "parameters/w": ours(module.weight), "parameters/b": module.bias,
            **found}


def restricted_case(offsets, reach):
    """Attention under a mask that hides what is further away than `reach`."""
    q, k, v = (leaf(int(offsets[-1]), 8) for _ in range(3))
    parts = []
    for begin, end in zip(offsets[:-1].tolist(), offsets[1:].tolist()):
        place = torch.arange(end - begin)
        near = (place[:, None] - place).abs() <= reach
        heads = [x[begin:end].view(1, -1, N_HEADS, 4).transpose(1, 2) for x in (q, k, v)]
        attended = F.scaled_dot_product_attention(*heads, attn_mask=near)
        parts.append(attended.transpose(1, 2).flatten(2)[0])
    y = torch.cat(parts)
    dy = normal(*y.shape)
    return {"q": q, "k": k, "v": v, "dy": dy, "n_heads": torch.tensor(N_HEADS),
            "reach": torch.tensor(reach), "outputs/y": y,
            **gradients(y, dy, {"q": q, "k": k, "v": v})}


def complexity():
    torch.manual_seed(1100)  # its numbers depend on no file before it
    offsets = torch.tensor([0, 4, 9, 11])
    return {"offsets": offsets, **under("plain", convolution_case(offsets, 3, 1, False)),
            **under("dilated", convolution_case(offsets, 5, 2, False)),
            **under("causal", convolution_case(offsets, 4, 2, True)),
            **under("restricted", restricted_case(offsets, 1))}


# ---- Models made of the chapters' pieces ------------------------------------------------------


def character_model():
    """PyTorch's encoder layers, which look back only: the norm first and once more at the end."""
    n_vocabulary, n_positions = 11, 8
    tokens, offsets = torch.randint(0, n_vocabulary, (15,)), torch.tensor([0, 4, 12, 15])
    embedding = nn.Embedding(n_vocabulary, D_MODEL)
    positions = nn.Embedding(n_positions, D_MODEL)
    layers = [encoder_layer(norm_first=True, activation="gelu") for _ in range(N_LAYERS)]
    norm, bridge = nn.LayerNorm(D_MODEL), Bridge()
    bridge.tie("embedding", embedding.weight, transpose=False)
    bridge.tie("positions", positions.weight, transpose=False)
    for i, layer in enumerate(layers):
        bridge.self_attention(f"layer_{i}.self_attention", layer.self_attn)
        bridge.norm(f"layer_{i}.norm_1", layer.norm1)
        bridge.norm(f"layer_{i}.norm_2", layer.norm2)
        bridge.feed_forward(f"layer_{i}.feed_forward", layer.linear1, layer.linear2)
    bridge.norm("norm", norm)

    padded = pad(tokens, offsets)
    x = embedding(padded) * math.sqrt(D_MODEL) + positions(torch.arange(padded.shape[1]))
    for layer in layers:
        x = layer(x, src_mask=causal_mask(x.shape[1]), src_key_padding_mask=padding_mask(offsets))
    logits = unpad(F.linear(norm(x), embedding.weight), offsets)
    dlogits = normal(*logits.shape)
    return {"n_vocabulary": torch.tensor(n_vocabulary), "n_positions": torch.tensor(n_positions),
            "tokens": tokens, "offsets": offsets, "dlogits": dlogits, "outputs/logits": logits,
            **bridge.values(), **bridge.gradients(logits, dlogits)}


def lstm_cell():
    """Some steps of one cell. x holds them one below the other, y all h and then the last c."""
    n_steps, n, d_in, d_hidden = 4, 3, 5, 6
    cell = nn.LSTMCell(d_in, d_hidden)
    for parameter in cell.parameters():
        parameter.data = single(parameter.data)
    cell.bias_hh.data.zero_()  # one of the two biases is enough
    x, h_0, c_0 = leaf(n_steps * n, d_in), leaf(n, d_hidden), leaf(n, d_hidden)
    h, c, said = h_0, c_0, []
    for x_t in x.split(n):
        h, c = cell(x_t, (h, c))
        said.append(h)
    y = torch.cat([*said, c])
    dy = normal(*y.shape)
    inputs = {"x": x, "h_0": h_0, "c_0": c_0}
    dx, dh_0, dc_0, dw_x, dw_h, db = torch.autograd.grad(
        (y * dy).sum(), [*inputs.values(), cell.weight_ih, cell.weight_hh, cell.bias_ih])
    return {**inputs, "n_steps": torch.tensor(n_steps), "dy": dy, "outputs/y": y,
            "parameters/cell.w": torch.cat([cell.weight_ih, cell.weight_hh], dim=1).T,
            "parameters/cell.b": cell.bias_ih, "gradients/x": dx, "gradients/h_0": dh_0,
            "gradients/c_0": dc_0, "gradients/cell.w": torch.cat([dw_x, dw_h], dim=1).T,
            "gradients/cell.b": db}


def patch_embedding():
    """PyTorch convolves images; what the program gets are their patches, as rows."""
    n_images, n_channels, size, patch = 3, 2, 6, 3
    images = leaf(n_images, n_channels, size, size)
    convolution = nn.Conv2d(n_channels, D_MODEL, kernel_size=patch, stride=patch)
    for parameter in convolution.parameters():
        parameter.data = single(parameter.data)
    convolved = convolution(images).flatten(2).transpose(1, 2)
    n_patches = convolved.shape[1]
    class_token, positions = leaf(1, D_MODEL), leaf(1 + n_patches, D_MODEL)
    y = torch.cat([class_token.expand(n_images, 1, D_MODEL), convolved], dim=1) + positions
    y = y.flatten(0, 1)
    dy = normal(*y.shape)
    found = gradients(y, dy, {"images": images, "class_token": class_token, "positions": positions,
                              "patch.w": convolution.weight, "patch.b": convolution.bias})

    def patches(batch):
        return F.unfold(batch, patch, stride=patch).transpose(1, 2).flatten(0, 1)

    found["gradients/patches"] = patches(found.pop("gradients/images"))
    found["gradients/patch.w"] = found["gradients/patch.w"].flatten(1).T
    return {"patches": patches(images), "n_patches": torch.tensor(n_patches), "dy": dy,
            "outputs/y": y, "parameters/patch.w": convolution.weight.flatten(1).T,
            "parameters/patch.b": convolution.bias, "parameters/class_token": class_token,
            "parameters/positions": positions, **found}


def rooms():
    return {**CONFIG, **under("character_model", character_model()),
            **under("lstm_cell", lstm_cell()), **under("patch_embedding", patch_embedding())}


FILES = {
    "00_tensors_and_matmul": tensors_and_matmul,
    "01_embeddings": embeddings,
    "02_positional_encoding": positions,
    "03_scaled_dot_product_attention": attention,
    "04_multi_head_attention": multi_head_attention,
    "05_encoder": encoder,
    "06_decoder": decoder,
    "07_training_loop": training_loop,
    "08_translation": translation,
    "rooms": rooms,
    "09_recurrent_networks": recurrent_networks,
    "10_additive_attention": additive_attention,
    "11_complexity": complexity,
}

if __name__ == "__main__":
    for number, (name, arrays) in enumerate(FILES.items()):
        if name in (sys.argv[1:] or FILES):
            torch.manual_seed(number)
            save(name, arrays())
