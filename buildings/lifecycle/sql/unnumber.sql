UPDATE buildings_unit SET number = E'\x01' || id WHERE id = ANY (%(ids)s)
