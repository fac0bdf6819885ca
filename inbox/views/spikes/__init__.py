"""Pages of spikes."""
