"""A run of the translator in plain PyTorch.
  in_pytorch.py RUN SENTENCE  translates tokens of the vocabulary, or text where pieces are learned
  ./run logits --run RUN SENTENCE TRANSLATION | in_pytorch.py RUN  compares logits"""
import json, math, pathlib, struct, sys, torch

UNKNOWN, BEGIN, END = 0, 1, 2


class Run:
    def __init__(self, folder):
        data = (pathlib.Path(folder) / "checkpoint.safetensors").read_bytes()
        n = 8 + struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:n])
        settings, self.tensors = header.pop("__metadata__"), {}
        self.n_heads, self.n_layers = (int(settings[name]) for name in ("n-heads", "n-layers"))
        for name, info in header.items():
            numbers = bytearray(data[slice(*(n + at for at in info["data_offsets"]))])
            kind = torch.uint8 if info["dtype"] == "U8" else torch.float32
            self.tensors[name] = torch.frombuffer(numbers, dtype=kind).reshape(info["shape"])
        self.words = bytes(self.tensors["vocabulary"].tolist()).decode().split("\n")
        if "pieces" in self.tensors:  # what SentencePiece learned; it numbers them as we do
            from sentencepiece import SentencePieceProcessor
            model = SentencePieceProcessor(model_proto=bytes(self.tensors["pieces"].tolist()))
            self.tokens, self.text = model.encode, model.decode

    def __getitem__(self, path):
        return self.tensors[path].double()

    def tokens(self, sentence):
        return [self.words.index(w) if w in self.words else UNKNOWN for w in sentence.split()]

    def text(self, tokens):
        return " ".join(self.words[n] for n in tokens)

    def attention(self, x, path, memory=None, causal=False):
        factors = [(x, "q", 1), (memory, "kv", 2)] if memory is not None else [(x, "qkv", 3)]
        qkv = [each for y, w, n in factors for each in (y @ self[f"{path}.w_{w}"]).chunk(n, 1)]
        q, k, v = (part.unflatten(1, (self.n_heads, -1)).transpose(0, 1) for part in qkv)
        scores = q @ k.transpose(1, 2) / math.sqrt(q.shape[2])  # (n_heads, n_queries, n_keys)
        if causal:
            scores += torch.full_like(scores[0], -math.inf).triu(1)
        return (scores.softmax(-1) @ v).transpose(0, 1).flatten(1) @ self[path + ".w_o"]

    def feed_forward(self, x, path):
        hidden = (x @ self[path + ".w_1"] + self[path + ".b_1"]).relu()
        return hidden @ self[path + ".w_2"] + self[path + ".b_2"]

    def norm(self, x, path):
        gain, bias = self[path + ".gain"][0], self[path + ".bias"][0]
        return torch.nn.functional.layer_norm(x, gain.shape, gain, bias, 1e-5)

    def embed(self, tokens):
        x = self["embedding"][tokens] * math.sqrt(self["embedding"].shape[1])
        rates = 1e4 ** (-torch.arange(0, x.shape[1], 2).double() / x.shape[1])
        angles = torch.arange(len(x))[:, None] * rates
        return x + torch.stack([angles.sin(), angles.cos()], 2).flatten(1)

    def logits(self, source, target):
        """The logits of what follows each token of `<s> target`, (1 + n_target, n_vocabulary)."""
        x, y = self.embed(source + [END]), self.embed([BEGIN] + target)
        for at in (f"encoder.layer_{i}." for i in range(self.n_layers)):
            x = self.norm(x + self.attention(x, at + "self_attention"), at + "norm_1")
            x = self.norm(x + self.feed_forward(x, at + "feed_forward"), at + "norm_2")
        for at in (f"decoder.layer_{i}." for i in range(self.n_layers)):
            y = self.norm(y + self.attention(y, at + "self_attention", causal=True), at + "norm_1")
            y = self.norm(y + self.attention(y, at + "cross_attention", x), at + "norm_2")
            y = self.norm(y + self.feed_forward(y, at + "feed_forward"), at + "norm_3")
        return y @ self["embedding"].T


run, written = Run(sys.argv[1]), []
if len(sys.argv) == 2:
    source, target, *theirs = ([float(x) for x in line.split()] for line in sys.stdin)
    ours = run.logits([int(x) for x in source], [int(x) for x in target])
    difference = (ours - torch.tensor(theirs).double()).abs().max()
    print(f"largest difference of {ours.numel()} logits: {difference:.1e}")
    sys.exit(int(not difference < 1e-3))
while len(written) < 100 and (not written or written[-1] != END):
    written.append(int(run.logits(run.tokens(sys.argv[2]), written)[-1].argmax()))
print(run.text([n for n in written if n != END]))
