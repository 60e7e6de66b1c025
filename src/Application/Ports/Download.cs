namespace PyWharf.Application.Ports;

/// <summary>How a client gets a file. A closed union; the HTTP layer maps each case to a response.</summary>
public abstract record Download
{
    private Download()
    {
    }

    /// <summary>A file on the server's disk.</summary>
    /// <param name="Path">Absolute.</param>
    public sealed record LocalFile(string Path) : Download;

    /// <summary>A small file that is in memory.</summary>
    /// <param name="Memory">All of it.</param>
    public sealed record Bytes(ReadOnlyMemory<byte> Memory) : Download;

    /// <summary>An open stream, which may still be filled from a remote server.</summary>
    /// <param name="Body">
    /// The whole file, seekable and of known length; the caller disposes it. A read waits for bytes still to arrive, and throws
    /// <see cref="BrokenDownloadException"/> if they can't be fetched.
    /// </param>
    public sealed record Content(Stream Body) : Download;

    /// <summary>A redirect to another server, which needs no credentials of ours.</summary>
    /// <param name="Location">Absolute; may be a signed URL, so it must not be logged.</param>
    public sealed record Redirect(Uri Location) : Download;
}
