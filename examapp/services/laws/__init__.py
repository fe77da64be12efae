"""Laws: the register, their texts, what changed, what rests on them."""
