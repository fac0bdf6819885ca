"""The proof: each page and each job beside a floor or a peer, in one run. `make bench` prints the table."""
