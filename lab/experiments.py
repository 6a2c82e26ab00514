"""The modules that hold experiments, in the order of `make results`; some need what others wrote."""

MODULES = (
    "lab.ladder",
    "lab.prediction",
    "lab.overtraining",
    "lab.rlvr_runs",
    "lab.rlhf",
    "lab.overoptimisation",
    "lab.midtraining",
    "lab.longcontext",
    "lab.rl_scaling",
    "lab.inference",
    "lab.cascade",
    "lab.chain",
    "lab.twins",
    "lab.text_quality",
    "lab.twin_runs",
    "lab.injection_runs",
    "lab.permission",
    "lab.tool_runs",
    "lab.tool_lies",
    "lab.smollm2_questions",
)
