"""Applications: what consumers ask for, and who decides it (五(四)、五(十)).

Belongs here: filing, deciding, ending, stewards, the plan shown before, the import of former
approvals. Keep out: the states themselves (`governance.grants.life`), extracts (`outlets`).
"""
