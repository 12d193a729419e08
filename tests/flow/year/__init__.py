"""One simulated year of the city: twelve departments, two deliveries a day, a clock that is moved.

| module | what is in it |
|---|---|
| `city` | the twelve departments and their resources, as the year finds and changes them |
| `rhythm` | what every department delivers every day, written as the ledgers' rows |
| `acts` | what happens on which day, done the real way |
| `moments` | what stands at named moments, worked out by hand |
| `test_year` | the one compared with the other |
"""
