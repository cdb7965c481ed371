"""The files of the package, one a module, which registers its own; the zip follows."""
