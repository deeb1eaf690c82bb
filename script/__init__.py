"""Setting up, serving and testing on one machine; the programs behind the commands beside them."""
