"""PyTorch's operations that treat a matrix row by row."""
import torch_common

arguments = torch_common.arguments(__doc__)
torch = torch_common.torch_with(arguments.threads)
functional = torch.nn.functional
results = torch_common.Results(arguments.threads)


def measure(name, shape, work):
    results.add(f"{name}/{shape[0]}x{shape[1]}",
                torch_common.median_seconds(work, arguments.runs))


def measure_pair(name, shape, inputs, forward):
    """An operation and, on a graph that is kept, its gradients."""
    measure(f"{name}/forward", shape, forward)
    output = forward()
    dy = torch.rand_like(output)
    measure(f"{name}/backward", shape,
            lambda: torch.autograd.grad(output, inputs, dy, retain_graph=True))


def measure_adam(shape):
    parameter = torch.rand(shape, requires_grad=True)
    parameter.grad = torch.rand(shape)
    optimizer = torch.optim.Adam([parameter], lr=1e-6, betas=(0.9, 0.98), eps=1e-9)
    measure("adam/update", shape, optimizer.step)


for shape in (2048, 512), (2048, 8000):
    n = shape[1]
    x, residual = torch.rand(shape, requires_grad=True), torch.rand(shape)
    gain, bias = torch.rand(n, requires_grad=True), torch.rand(n, requires_grad=True)
    targets = torch.arange(shape[0]) * 7919 % n
    measure_pair("softmax", shape, [x], lambda: x.softmax(-1))
    measure_pair("layer_norm", shape, [x, gain, bias],
                 lambda: functional.layer_norm(x, [n], gain, bias))
    measure("residual_layer_norm/forward", shape, lambda: functional.layer_norm(
        residual + functional.dropout(x, 0.1), [n], gain, bias))
    measure_pair("dropout", shape, [x], lambda: functional.dropout(x, 0.1))

    def cross_entropy():
        return functional.cross_entropy(x, targets, label_smoothing=0.1)
    measure("cross_entropy/forward", shape, cross_entropy)
    measure("cross_entropy/forward_and_backward", shape,
            lambda: torch.autograd.grad(cross_entropy(), [x]))
    measure_adam(shape)
results.write(arguments.out)
