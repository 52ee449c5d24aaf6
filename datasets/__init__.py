"""Tables with known answers and small real data; import as ``pid.datasets``."""

if __name__ != "pid.datasets":
    raise ImportError(
        "this folder is imported as 'pid.datasets', not as 'datasets'; if Hugging Face's package "
        "of that name was meant, run from another folder"
    )
