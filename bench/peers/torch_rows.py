"""PyTorch's operations that treat a matrix row by row."""
import torch_common

arguments = torch_common.arguments(__doc__)
torch = torch_common.torch_with(arguments.threads)
functional = torch.nn.functional
results = torch_common.Results(arguments.threads)


def measure(name, shape, n_transfers, work):
    results.add(f"{name}/{shape[0]}x{shape[1]}",
                torch_common.median_seconds(work, arguments.runs),
                bytes=4.0 * n_transfers * shape[0] * shape[1])


def measure_pair(name, shape, n_forward, n_backward, inputs, forward):
    """An operation and, on a graph that is kept, its gradients."""
    measure(f"{name}/forward", shape, n_forward, forward)
    if n_backward:
        output = forward()
        dy = torch.rand_like(output)
        measure(f"{name}/backward", shape, n_backward,
                lambda: torch.autograd.grad(output, inputs, dy, retain_graph=True))


def measure_adam(shape):
    parameter = torch.rand(shape, requires_grad=True)
    parameter.grad = torch.rand(shape)
    optimizer = torch.optim.Adam([parameter], lr=1e-6, betas=(0.9, 0.98), eps=1e-9)
    measure("adam/update", shape, 7, optimizer.step)


for shape in (2048, 512), (2048, 8000):
    n = shape[1]
    x, residual = torch.rand(shape, requires_grad=True), torch.rand(shape)
    gain, bias = torch.rand(n, requires_grad=True), torch.rand(n, requires_grad=True)
    targets = torch.arange(shape[0]) * 7919 % n
    measure_pair("softmax", shape, 2, 3, [x], lambda: x.softmax(-1))
    measure_pair("layer_norm", shape, 2, 3, [x, gain, bias],
                 lambda: functional.layer_norm(x, [n], gain, bias))
    measure_pair("residual_layer_norm", shape, 4, 0, [x], lambda: functional.layer_norm(
        residual + functional.dropout(x, 0.1), [n], gain, bias))
    measure_pair("dropout", shape, 2, 2, [x], lambda: functional.dropout(x, 0.1))

    def cross_entropy():
        return functional.cross_entropy(x, targets, label_smoothing=0.1)
    measure("cross_entropy/forward", shape, 1, cross_entropy)
    measure("cross_entropy/forward_and_backward", shape, 2,
            lambda: torch.autograd.grad(cross_entropy(), [x]))
    measure_adam(shape)
results.write(arguments.out)
