"""The demo's news sources: made-up outlets that release a few days of the talks over about three minutes.

`server.SampleSources` is the way in. It serves real feeds on loopback and writes the configuration directory of
a small newsroom that reads them, so that the demo runs the code and the configuration path of a real one.
"""
