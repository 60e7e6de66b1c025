namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>A small object.</summary>
/// <param name="Content">Its content.</param>
/// <param name="ETag">Changes when the content does; without quotes.</param>
internal sealed record SmallObject(byte[] Content, string ETag);
