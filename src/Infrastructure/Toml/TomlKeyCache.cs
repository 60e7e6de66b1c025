namespace PyWharf.Infrastructure.Toml;

/// <summary>Gives the same string for the short keys that many tables have.</summary>
internal sealed class TomlKeyCache
{
    private const int LongestKey = 32;

    private readonly string?[] _keys = new string[256];

    public string Get(ReadOnlySpan<char> key)
    {
        if (key.IsEmpty || key.Length > LongestKey)
        {
            return key.ToString();
        }

        ref var cached = ref _keys[(byte)((key.Length * 7) + (key[0] * 31) + key[^1])];
        if (cached is null || !key.SequenceEqual(cached))
        {
            cached = key.ToString();
        }

        return cached;
    }
}
