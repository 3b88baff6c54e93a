"""Beyond one machine: pages in front, and behind them the models on Ray Serve. Imported only where it is asked for."""
