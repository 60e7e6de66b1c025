namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>A request to the storage failed. The message is a clause without a full stop, and holds neither a key nor a signed URL.</summary>
internal sealed class S3Exception(S3ErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What went wrong.</summary>
    public S3ErrorKind Kind => kind;
}
