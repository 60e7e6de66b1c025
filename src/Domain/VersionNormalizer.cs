using System.Buffers;
using System.Text;

namespace PyWharf.Domain;

/// <summary>
/// Writes the normal form of a PEP 440 version in one pass. The grammar (appendix B) needs no backtracking: no later part could use what an earlier
/// part takes greedily.
/// </summary>
internal ref struct VersionNormalizer
{
    /// <summary>The most characters by which a normal form can be longer than its text: <c>1crdev</c> is <c>1rc0.post0.dev0</c>.</summary>
    public const int MaxGrowth = 9;

    private static readonly SearchValues<char> LettersAndDigits =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly Span<char> _output;
    private ReadOnlySpan<char> _rest;
    private int _length;

    private VersionNormalizer(ReadOnlySpan<char> text, Span<char> output)
    {
        _rest = text;
        _output = output;
    }

    /// <summary>Whether <paramref name="text"/> is a version; <paramref name="output"/> has room for its length and <see cref="MaxGrowth"/>.</summary>
    public static bool TryNormalize(ReadOnlySpan<char> text, Span<char> output, out int length)
    {
        var version = new VersionNormalizer(text, output);
        var valid = version.EpochAndRelease();
        if (valid && !version._rest.IsEmpty)
        {
            version.Suffixes();
            valid = version.Local();
        }

        length = version._length;
        return valid && version._rest.IsEmpty;
    }

    private bool EpochAndRelease()
    {
        _ = TakeWord("v");
        var valid = Number();
        if (valid && _rest is ['!', ..])
        {
            _rest = _rest[1..];
            if (_output[.._length] is "0")
            {
                _length = 0;
            }
            else
            {
                Write("!");
            }

            valid = Number();
        }

        while (valid && _rest is ['.', >= '0' and <= '9', ..])
        {
            _rest = _rest[1..];
            Write(".");
            Number();
        }

        return valid;
    }

    private void Suffixes()
    {
        if (Take("alpha") || Take("a"))
        {
            WriteSuffix("a");
        }
        else if (Take("beta") || Take("b"))
        {
            WriteSuffix("b");
        }
        else if (Take("rc") || Take("c") || Take("preview") || Take("pre"))
        {
            WriteSuffix("rc");
        }

        if (_rest is ['-', >= '0' and <= '9', ..] || Take("post") || Take("rev") || Take("r"))
        {
            WriteSuffix(".post");
        }

        if (Take("dev"))
        {
            WriteSuffix(".dev");
        }
    }

    private bool Local()
    {
        if (_rest is not ['+', ..])
        {
            return true;
        }

        Write("+");
        while (LocalSegment())
        {
            if (_rest is not ['-' or '_' or '.', ..])
            {
                return true;
            }

            Write(".");
        }

        return false;
    }

    /// <summary>What follows the one character that separates it: an integer, or letters and digits.</summary>
    private bool LocalSegment()
    {
        _rest = _rest[1..];
        var end = _rest.IndexOfAnyExcept(LettersAndDigits);
        var segment = end < 0 ? _rest : _rest[..end];
        if (!segment.ContainsAnyExceptInRange('0', '9'))
        {
            return Number();
        }

        Ascii.ToLower(segment, _output[_length..], out var written);
        _length += written;
        _rest = _rest[segment.Length..];
        return true;
    }

    /// <summary>Takes a separator, which may be missing, and the word after it; or nothing.</summary>
    private bool Take(string word)
    {
        var before = _rest;
        TakeSeparator();
        if (TakeWord(word))
        {
            return true;
        }

        _rest = before;
        return false;
    }

    private void TakeSeparator()
    {
        if (_rest is ['-' or '_' or '.', ..])
        {
            _rest = _rest[1..];
        }
    }

    private bool TakeWord(string word)
    {
        if (_rest.Length < word.Length || !Ascii.EqualsIgnoreCase(_rest[..word.Length], word))
        {
            return false;
        }

        _rest = _rest[word.Length..];
        return true;
    }

    private void WriteSuffix(string normal)
    {
        Write(normal);
        TakeSeparator();
        if (!Number())
        {
            Write("0");
        }
    }

    private bool Number()
    {
        var end = _rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? _rest : _rest[..end];
        if (digits.IsEmpty)
        {
            return false;
        }

        _rest = _rest[digits.Length..];
        var significant = digits.TrimStart('0');
        Write(significant.IsEmpty ? "0" : significant);
        return true;
    }

    private void Write(ReadOnlySpan<char> text)
    {
        text.CopyTo(_output[_length..]);
        _length += text.Length;
    }
}
