"""PyTorch's own matrix products, and which instructions its library chose for them."""
import re
import subprocess
import sys

import torch_common

arguments = torch_common.arguments(__doc__)
torch = torch_common.torch_with(arguments.threads)
results = torch_common.Results(arguments.threads)


def library():
    """MKL names its instructions when it is asked to; other builds say what they are built on."""
    program = "import torch; a = torch.rand(64, 64); a @ a"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          env={**torch_common.os.environ, "MKL_VERBOSE": "1"}).stdout
    named = re.search(r"for (Intel\(R\).*?)(, Lnx|, Win|$)", said)
    if named:
        return "MKL " + re.sub(r"Intel\(R\) 64 architecture |Intel\(R\) ", "", named.group(1))
    blas = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return blas.group(1) if blas else "its own products"


for n in 256, 512, 1024:
    a, b = torch.rand(n, n), torch.rand(n, n)
    results.add(f"square/nn/1x{n}x{n}x{n}",
                torch_common.median_seconds(lambda: a @ b, arguments.runs), flops=2.0 * n ** 3)
results.context["products"] = f"PyTorch {torch.__version__}: {library()}"
results.write(arguments.out)
