"""Translates a file with CTranslate2 and the weights of a run of ours: as fast as it can, and the
same translations, which is checked against a file of ours."""
import argparse
import json
import math
import os
import pathlib
import statistics
import struct
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--runs", type=int, default=3)
parser.add_argument("--run", required=True, help="folder with checkpoint.safetensors")
parser.add_argument("--source", required=True, help="file of tokens with spaces between them")
parser.add_argument("--name", required=True, help="of the work")
parser.add_argument("--beam", type=int, required=True)
parser.add_argument("--compute-type", default="float32")
parser.add_argument("--translations", help="ours, to compare with")
parser.add_argument("--out", required=True)
arguments = parser.parse_args()
# One worker for each thread is its best way at these sizes; a pool in each would only spin.
os.environ["OMP_NUM_THREADS"] = "1"

import ctranslate2  # noqa: E402
import numpy as np  # noqa: E402
from ctranslate2.specs import common_spec, transformer_spec  # noqa: E402


def read_checkpoint(folder):
    data = (pathlib.Path(folder) / "checkpoint.safetensors").read_bytes()
    n = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:n])
    settings, tensors = header.pop("__metadata__"), {}
    for name, info in header.items():
        begin, end = info["data_offsets"]
        kind = np.uint8 if info["dtype"] == "U8" else np.float32
        tensors[name] = np.frombuffer(data[n + begin:n + end], kind).reshape(info["shape"])
    return settings, tensors


def spec_of(settings, tensors):
    d_model, n_layers = int(settings["d-model"]), int(settings["n-layers"])
    spec = transformer_spec.TransformerSpec.from_config(
        (n_layers, n_layers), int(settings["n-heads"]), pre_norm=False,
        activation=common_spec.Activation.RELU)

    def linear(to, weight, bias=None):
        to.weight = np.ascontiguousarray(tensors[weight].T)
        to.bias = tensors[bias][0] if bias else np.zeros(len(to.weight), np.float32)

    def norm(to, path):
        to.gamma, to.beta = tensors[path + ".gain"][0], tensors[path + ".bias"][0]

    def attention(to, path, parts):
        for place, part in zip(to.linear, parts):
            linear(place, f"{path}.{part}")

    def feed_forward(to, path):
        linear(to.linear_0, path + ".w_1", path + ".b_1")
        linear(to.linear_1, path + ".w_2", path + ".b_2")

    angles = np.arange(1024)[:, None] / 1e4 ** (np.arange(0, d_model, 2) / d_model)
    codes = np.stack([np.sin(angles), np.cos(angles)], 2).reshape(1024, -1).astype(np.float32)
    spec.encoder.embeddings[0].weight = tensors["embedding"]
    spec.decoder.embeddings.weight = spec.decoder.projection.weight = tensors["embedding"]
    for side in spec.encoder, spec.decoder:
        side.scale_embeddings = True
        side.position_encodings.encodings = codes
    for i, (encoder, decoder) in enumerate(zip(spec.encoder.layer, spec.decoder.layer)):
        path = f"encoder.layer_{i}"
        attention(encoder.self_attention, path + ".self_attention", ["w_qkv", "w_o"])
        feed_forward(encoder.ffn, path + ".feed_forward")
        norm(encoder.self_attention.layer_norm, path + ".norm_1")
        norm(encoder.ffn.layer_norm, path + ".norm_2")
        path = f"decoder.layer_{i}"
        attention(decoder.self_attention, path + ".self_attention", ["w_qkv", "w_o"])
        attention(decoder.attention, path + ".cross_attention", ["w_q", "w_kv", "w_o"])
        feed_forward(decoder.ffn, path + ".feed_forward")
        norm(decoder.self_attention.layer_norm, path + ".norm_1")
        norm(decoder.attention.layer_norm, path + ".norm_2")
        norm(decoder.ffn.layer_norm, path + ".norm_3")

    words = bytes(tensors["vocabulary"]).decode().split("\n")[:-1]
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    spec.config.add_source_eos = True
    spec.config.decoder_start_token = "<s>"
    spec.validate()
    spec.optimize()
    return spec


model = pathlib.Path(arguments.out + ".model")
model.mkdir(exist_ok=True)
spec_of(*read_checkpoint(arguments.run)).save(str(model))
translator = ctranslate2.Translator(str(model), device="cpu", inter_threads=arguments.threads,
                                    intra_threads=1, compute_type=arguments.compute_type)
lines = [line.split() for line in open(arguments.source, encoding="utf-8")]


def translate(batch):
    found = translator.translate_batch(lines, beam_size=arguments.beam, length_penalty=0,
                                       max_batch_size=batch, max_decoding_length=256)
    texts = [" ".join(each.hypotheses[0]) for each in found]
    return [text.replace("@@ ", "") for text in texts]  # pieces as words


best, translations = math.inf, []
for batch in 32, 64, 256:
    translations = translate(batch)
    runs = []
    for _ in range(arguments.runs):
        start = time.perf_counter()
        translate(batch)
        runs.append(time.perf_counter() - start)
    best = min(best, statistics.median(runs))

counters = {"sentences": len(lines)}
if arguments.translations:
    ours = open(arguments.translations, encoding="utf-8").read().split("\n")
    counters["same"] = sum(a == b for a, b in zip(ours, translations))
with open(arguments.out, "w") as file:
    json.dump({"context": {}, "benchmarks": [
        {"name": f"{arguments.name}/threads:{arguments.threads}", "run_type": "iteration",
         "real_time": best * 1e3, "time_unit": "ms", **counters}]}, file, indent=1)
