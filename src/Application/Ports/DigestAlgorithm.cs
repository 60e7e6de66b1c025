namespace PyWharf.Application.Ports;

/// <summary>The digests that an upload form can name (https://docs.pypi.org/api/upload/).</summary>
public enum DigestAlgorithm
{
    /// <summary>md5_digest, 32 hex digits.</summary>
    Md5,

    /// <summary>sha256_digest, 64 hex digits.</summary>
    Sha256,

    /// <summary>blake2_256_digest: BLAKE2b with 32 bytes, 64 hex digits.</summary>
    Blake2b256,

    /// <summary>BLAKE2b with 64 bytes, 128 hex digits; some clients send it as blake2_256_digest.</summary>
    Blake2b512,
}
