"""The verbs: one frozen callable each, its fields what it needs, its arguments what is asked."""
