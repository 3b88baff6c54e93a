"""Networks without their published weights, for where those can't be had: the same work, other numbers."""

import torch
from torch import nn
from torchvision.models import get_model


def seeded(network: nn.Module, seed: int = 0) -> nn.Module:
    """Fill every parameter and running statistic with reproducible values that keep activations in range."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if name.endswith(("running_var", "num_batches_tracked")):
                tensor.fill_(1)
            elif not tensor.is_floating_point():  # a table of indices, such as Swin has
                continue
            elif tensor.dim() > 1:
                tensor.normal_(0, (2 / tensor[0].numel()) ** 0.5, generator=generator)
            else:
                tensor.normal_(1 if name.endswith("weight") else 0, 0.1, generator=generator)
    return network.eval()


def torchvision_network(name: str) -> nn.Module:
    """One of torchvision's networks as it comes, in-place activations included, with seeded weights; unfrozen."""
    with torch.device("meta"):
        network = get_model(name)
    tables = [key for key, tensor in network.state_dict().items() if not tensor.is_floating_point()]
    if all(key.endswith("num_batches_tracked") for key in tables):
        return seeded(network.to_empty(device="cpu"))
    return seeded(get_model(name))  # whose tables of indices must be filled
