"""Check layers that are larger than memory: partition by partition, in this process or on a Dask cluster."""
