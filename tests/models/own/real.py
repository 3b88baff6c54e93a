"""Real files of the real packages, and whether their networks answer here as they do there. No test: two commands.

In an environment that has fastai and lightning beside torch, torchvision and timm:

    python tests/models/own/real.py make FOLDER

and in the page's own, which has neither:

    .venv/bin/python -m tests.models.own.real compare FOLDER
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

SIDE = 96
CLASSES = ["cat", "dog", "frog"]
Answer = Callable[[torch.Tensor], torch.Tensor]


def make(folder: Path) -> None:
    """Save each network in the ways of its package, and beside it what it answers to one picture."""
    folder.mkdir(parents=True, exist_ok=True)
    _fastais(folder)
    _lightnings(folder)
    _others(folder)


def _keep(folder: Path, name: str, module: Any) -> None:
    module.eval()
    inputs = torch.randn(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.save({"inputs": inputs, "logits": module(inputs)}, folder / f"{name}.answers")


def _fastais(folder: Path) -> None:
    from fastai.vision import all as fast
    from PIL import Image

    pictures = folder / "pictures"
    for name in CLASSES:
        (pictures / name).mkdir(parents=True, exist_ok=True)
        for number in range(6):
            noise = torch.randint(0, 255, (80, 100, 3), generator=torch.Generator().manual_seed(number))
            Image.fromarray(noise.byte().numpy()).save(pictures / name / f"{number}.png")
    for arch in (fast.resnet18, "mobilenetv3_small_050", fast.densenet121, fast.squeezenet1_1, "convnext_atto"):
        name = arch if isinstance(arch, str) else arch.__name__
        loaders = fast.ImageDataLoaders.from_folder(
            pictures, valid_pct=0.3, seed=1, item_tfms=fast.Resize(SIDE, method="squish"), bs=4, num_workers=0
        )
        loaders.add_tfms([fast.Normalize.from_stats(*fast.imagenet_stats)], "after_batch")
        learn = fast.vision_learner(loaders, arch, pretrained=False, path=folder, model_dir=".")
        with learn.no_bar(), learn.no_logging():
            learn.fit(1)
        learn.save(f"fastai_{name}_save")
        learn.save(f"fastai_{name}_bare", with_opt=False)
        learn.export(f"fastai_{name}_export.pkl")
        for way in ("save", "bare", "export"):
            _keep(folder, f"fastai_{name}_{way}", learn.model)


def _lightnings(folder: Path) -> None:
    import lightning
    from torch.utils.data import DataLoader
    from torchvision.models import resnet18

    class Course(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = resnet18(num_classes=3)
            self.criterion = torch.nn.CrossEntropyLoss(weight=torch.ones(3))

        def training_step(self, batch: Any, index: int) -> torch.Tensor:
            return self.criterion(self.model(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters())

    module = Course()
    rows = [(torch.randn(3, SIDE, SIDE), index % 3) for index in range(6)]
    trainer = lightning.Trainer(
        max_epochs=1, logger=False, enable_checkpointing=False, enable_progress_bar=False, accelerator="cpu"
    )
    trainer.fit(module, DataLoader(rows, batch_size=3))
    trainer.save_checkpoint(folder / "lightning_resnet18.ckpt")
    _keep(folder, "lightning_resnet18", module.model)


def _others(folder: Path) -> None:
    from safetensors.torch import save_file
    from timm import create_model
    from torchvision.models import mobilenet_v3_small

    atto = create_model("convnext_atto", num_classes=3)
    save_file(atto.state_dict(), folder / "timm_convnext_atto.safetensors")
    _keep(folder, "timm_convnext_atto", atto)
    small = mobilenet_v3_small(num_classes=3)
    torch.save({"model_state_dict": {f"module.{k}": v for k, v in small.state_dict().items()}}, folder / "tv_small.pt")
    _keep(folder, "tv_small", small)
    torch.save(small, folder / "tv_whole.pt")
    _keep(folder, "tv_whole", small)


def compare(folder: Path) -> int:
    """Add each file, and print by how much its answers differ; return how many differ by more than 1e-4."""
    from models.catalogue import built_in
    from models.own.adding import Wishes, add
    from models.own.problems import NotANetwork

    wrong = 0
    for answers in sorted(folder.glob("*.answers")):
        name = answers.stem
        file = next(path for path in sorted(folder.glob(f"{name}.*")) if path.suffix != ".answers")
        kept = torch.load(answers, weights_only=True)
        for path in (folder / "own").glob(f"{name}.*"):
            path.unlink()
        try:
            spec = add(file, folder / "own", Wishes(name=name, size=SIDE), tuple(built_in()), folder, lambda line: None)
        except NotANetwork as problem:
            print(f"{name}: {problem}", flush=True)
            wrong += 1
            continue
        network = spec.source.build()
        with torch.no_grad():
            difference = float((network.module(kept["inputs"]) - kept["logits"]).abs().max())
        wrong += difference > 1e-4
        print(f"{name}: {difference:.1e}, {', '.join(network.labels)}, {spec.default_layer}", flush=True)
    return wrong


if __name__ == "__main__":
    command, place = sys.argv[1:]
    sys.exit({"make": make, "compare": compare}[command](Path(place)))
