"""A step of nn.LSTM, forward and backward, over sentences that are packed or padded."""
import torch_common

arguments = torch_common.arguments(__doc__)
torch = torch_common.torch_with(arguments.threads)
rnn = torch.nn.utils.rnn
results = torch_common.Results(arguments.threads)
n_sentences = 64


def measure(hidden, n_steps, is_packed):
    lstm = torch.nn.LSTM(hidden, hidden, batch_first=True)
    x = torch.randn(n_sentences, n_steps, hidden, requires_grad=True)
    lengths = torch.randint(n_steps // 2, n_steps + 1, (n_sentences,)).sort(descending=True).values

    def step():
        lstm.zero_grad(set_to_none=True)
        x.grad = None
        with torch_common.autocast(torch, arguments):
            given = rnn.pack_padded_sequence(x, lengths, batch_first=True) if is_packed else x
            y, _ = lstm(given)
            loss = (y.data if is_packed else y).float().square().mean()
        loss.backward()

    n_tokens = int(lengths.sum()) if is_packed else n_sentences * n_steps
    # Eight matrices of a cell, a product forward and two backward.
    results.add(f"lstm/{'packed' if is_packed else 'padded'}/{hidden}x{n_steps}",
                torch_common.median_seconds(step, arguments.runs),
                flops=3.0 * n_tokens * 2 * 8 * hidden * hidden, target_tokens=n_tokens)


for hidden in 128, 512:
    for n_steps in 15, 50:
        for is_packed in True, False:
            if is_packed and "bf16" in arguments.way:
                continue  # packed sentences stay in fp32
            measure(hidden, n_steps, is_packed)
results.write(arguments.out)
