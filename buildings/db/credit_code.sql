-- Whether a text is a unified social credit code (GB 32100-2015): the weights are the powers of 3, and the weighted sum of
-- all 18 characters, the check character among them, is divisible by 31. `buildings/legal_persons/credit_code.py` says the
-- same.
CREATE OR REPLACE FUNCTION buildings_is_credit_code(code text) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT code ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$' AND sum(
        (ARRAY[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1])[place]
        * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(code, place, 1)) - 1)
    ) % 31 = 0
    FROM generate_series(1, 18) AS place;
END;
