"""Finds the layers of many architectures with random weights: `python -m benchmarks.ladders [NAME…]`.

Without names it takes those below, of every family of torchvision's and timm's; "all" takes all. On no device, where
nothing is computed: only shapes, and what the score depends on.
"""

import sys
from collections.abc import Iterator, Sequence

from models.own.architectures import ANY_CLASSES, Architecture, names, on_no_device
from models.own.layers import NoLayers, find_layers

SOME = (
    *("alexnet", "convnext_small", "densenet161", "efficientnet_b1", "efficientnet_v2_s", "googlenet", "inception_v3"),
    *("mnasnet1_0", "mobilenet_v2", "mobilenet_v3_small", "regnet_x_400mf", "regnet_y_800mf", "resnet34"),
    *("resnext50_32x4d", "shufflenet_v2_x1_0", "squeezenet1_0", "vgg11", "vgg13_bn", "wide_resnet50_2", "maxvit_t"),
)
SOME_OF_TIMM = (
    *(
        "convnext_atto",
        "convnextv2_femto",
        "cspresnet50",
        "cspdarknet53",
        "densenet121",
        "dla34",
        "dpn48b",
        "edgenext_small",
    ),
    *(
        "efficientnet_b0",
        "efficientnet_lite0",
        "efficientformer_l1",
        "efficientvit_b0",
        "ese_vovnet19b_dw",
        "fastvit_t8",
    ),
    *("fbnetc_100", "focalnet_tiny_srf", "gernet_s", "ghostnet_100", "ghostnetv2_100", "hardcorenas_a", "hgnet_tiny"),
    *("hgnetv2_b0", "hrnet_w18_small", "inception_next_tiny", "inception_v4", "inception_resnet_v2", "lcnet_050"),
    *("legacy_senet154", "levit_conv_128s", "mixnet_s", "mnasnet_100", "mobilenetv2_050", "mobilenetv3_small_050"),
    *(
        "mobilenetv4_conv_small",
        "mobileone_s0",
        "mobilevit_xxs",
        "nasnetalarge",
        "nf_resnet50",
        "nfnet_f0",
        "poolformer_s12",
    ),
    *("pnasnet5large", "regnetx_002", "regnety_002", "regnetz_b16", "repghostnet_050", "repvgg_a0", "repvit_m1"),
    *(
        "res2net50d",
        "resnest14d",
        "resnet10t",
        "resnet50d",
        "resnetv2_50",
        "rexnet_100",
        "selecsls42b",
        "semnasnet_075",
    ),
    *("seresnet50", "skresnet18", "spnasnet_100", "starnet_s1", "tf_efficientnetv2_b0", "tinynet_e", "tresnet_m"),
    *("vgg11_bn", "vovnet39a", "xception41", "visformer_tiny", "mambaout_femto", "lambda_resnet26t"),
)


USUAL = (*(f"torchvision/{name}" for name in SOME), *(f"timm/{name}" for name in SOME_OF_TIMM))


def ladder(name: str) -> str:
    """One line about an architecture: the layers from early to late, or why there are none."""
    architecture = Architecture(name)
    module = on_no_device(lambda: architecture.whole(ANY_CLASSES)).eval()
    with next(module.parameters()).device:
        try:
            layers = find_layers(module, architecture.preprocess().crop_side)
        except NoLayers:
            return "none: no maps of features"
    return " · ".join(layer.name for layer in layers)


def rows(wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each architecture with its line; one that fails with the reason."""
    for name in wanted:
        try:
            yield name, ladder(name)
        except Exception as error:  # of hundreds, each is to be told
            yield name, f"failed: {type(error).__name__} {str(error)[:80]}"


def main(arguments: Sequence[str]) -> int:
    """Print one line an architecture, then how many have layers."""
    known = [name for name in names() if not name.startswith("fastai/")]
    wanted = known if list(arguments) == ["all"] else list(arguments) or USUAL
    found = 0
    for name, told in rows(wanted):
        found += not told.startswith(("none", "failed"))
        print(f"{name}: {told}", flush=True)
    print(f"{found} of {len(wanted)} have layers.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
