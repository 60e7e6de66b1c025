namespace PyWharf.Application.Archives;

/// <summary>
/// Reads the members of a tar archive in order, in a fixed amount of memory. The framework's reader allocates as much as a header claims.
/// </summary>
internal sealed class TarMembers(CompressedContent archive, CancellationToken cancellationToken)
{
    // The largest long name or extended header.
    private const int MaxExtensionBytes = 1024 * 1024;

    private readonly byte[] _buffer = new byte[128 * TarHeader.BlockSize];
    private int _start;
    private int _end;
    private long _left; // unread data of the current member

    /// <summary>The next member; null at the end of a complete archive. Skips unread data.</summary>
    /// <exception cref="InvalidDataException">The archive is broken or ambiguous.</exception>
    public TarHeader? Next()
    {
        for (; _left > 0; _left -= TarHeader.BlockSize)
        {
            DataBlock();
        }

        var pax = new PaxRecords();
        string? longName = null;
        string? longLink = null;
        while (true)
        {
            var block = NextBlock();
            var isEnd = block.IsEmpty || TarHeader.IsZero(block);
            if (isEnd && pax.IsEmpty && longName is null && longLink is null)
            {
                CheckRest();
                return null;
            }

            var header = isEnd ? throw new InvalidDataException("The tar archive ends behind a header that announces an entry.") : TarHeader.Parse(block);
            switch (header.Type)
            {
                case 'L':
                    longName = longName is null && pax.IsEmpty ? LongName(header) : throw Ambiguous();
                    break;
                case 'K':
                    longLink = longLink is null && pax.IsEmpty ? LongName(header) : throw Ambiguous();
                    break;
                case 'x':
                    pax = pax.IsEmpty && longName is null && longLink is null ? PaxRecords.Read(Extension(header)) : throw Ambiguous();
                    break;
                case 'g' when PaxRecords.Read(Extension(header)).IsEmpty:
                    break; // Git writes the commit into a global header
                case 'g':
                    throw new InvalidDataException("The tar archive has a global header that gives all entries one name or size.");
                default:
                    return Member(header, pax, longName, longLink);
            }
        }
    }

    /// <summary>Reads the data of the current member into memory.</summary>
    public byte[] ReadData(int size)
    {
        var data = new byte[size];
        for (var at = 0; at < size; at += TarHeader.BlockSize)
        {
            DataBlock()[..Math.Min(TarHeader.BlockSize, size - at)].CopyTo(data.AsSpan(at));
        }

        _left = 0;

        return data;
    }

    private TarHeader Member(TarHeader header, PaxRecords pax, string? longName, string? longLink)
    {
        // A reader that uses the other size would find other headers in the data.
        if (pax.Size is { } size && header.Size != 0 && header.Size != size)
        {
            throw Ambiguous();
        }

        var member = header with
        {
            Name = pax.Path ?? longName ?? header.Name,
            Size = pax.Size ?? header.Size,
            LinkName = pax.LinkPath ?? longLink ?? header.LinkName,
        };
        _left = member.Size;

        return member;
    }

    private string LongName(TarHeader header)
    {
        var data = Extension(header).AsSpan();
        var end = data.IndexOf((byte)0);

        return EntryPath.Decode(end < 0 ? data : data[..end]);
    }

    private byte[] Extension(TarHeader header) =>
        header.Size <= MaxExtensionBytes
            ? ReadData((int)header.Size)
            : throw new InvalidDataException($"The tar archive has a name or an extended header of more than {MaxExtensionBytes >> 20} MiB.");

    private ReadOnlySpan<byte> DataBlock()
    {
        var block = NextBlock();

        return block.IsEmpty ? throw CutOff() : block;
    }

    /// <summary>Only padding may follow the end, no second archive.</summary>
    private void CheckRest()
    {
        while (NextBlock() is { IsEmpty: false } block)
        {
            if (!TarHeader.IsZero(block))
            {
                throw new InvalidDataException("The tar archive is followed by bytes that don't belong to it.");
            }
        }
    }

    /// <summary>The next block; empty at the end of the file.</summary>
    private ReadOnlySpan<byte> NextBlock()
    {
        if (_start == _end)
        {
            Fill();
        }

        var block = _buffer.AsSpan(_start, Math.Min(TarHeader.BlockSize, _end - _start));
        _start += block.Length;

        return block;
    }

    private void Fill()
    {
        cancellationToken.ThrowIfCancellationRequested();
        (_start, _end) = (0, 0);
        while (_end < _buffer.Length && archive.Read(_buffer.AsSpan(_end)) is > 0 and var count)
        {
            _end += count;
        }

        if (_end % TarHeader.BlockSize != 0)
        {
            throw CutOff();
        }
    }

    private static InvalidDataException CutOff() => new("The tar archive is cut off.");

    private static InvalidDataException Ambiguous() => new("The tar archive has an entry with two names or sizes, so that each reader may see another one.");
}
