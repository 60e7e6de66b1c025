using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using PyWharf.Application.Packages;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>
/// Reads an upload in one pass: fields into memory, up to a limit, and the file into the staging area. Parts may come in any order.
/// </summary>
internal sealed class LegacyUploadForm(IStaging staging, long maxFileBytes)
{
    // All parts but the file count. Descriptions of some megabytes exist.
    private const int MaxFieldBytes = 16 * 1024 * 1024;
    private const int MaxParts = 4096;

    // For all boundaries and part headers; far more than they need.
    private const int MaxFramingBytes = 16 * 1024 * 1024;
    private const int BufferBytes = 64 * 1024;

    // Most fields are shorter.
    private const int FieldBytes = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Of each field in turn.
    private readonly ArrayBufferWriter<byte> _value = new();

    private readonly List<KeyValuePair<string, string>> _fields = [];
    private long _fieldBytes;
    private string? _filename;
    private StagedFile? _file;

    /// <summary>The file received. The caller disposes it, even if reading the form fails.</summary>
    public StagedFile? File => _file;

    /// <summary>Reads the form; the failure says what is wrong with the body.</summary>
    public async Task<Outcome<UploadForm>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (FormContentType.Of(request)?.Boundary is not { } boundary)
        {
            return Invalid("An upload is sent as multipart/form-data in UTF-8 with a boundary (https://docs.pypi.org/api/upload/).");
        }

        // Refused before the body is sent, if the client waits for 100 Continue.
        if (request.ContentLength - maxFileBytes > MaxFieldBytes + MaxFramingBytes)
        {
            return new Failure(FailureKind.TooLarge, $"The upload is larger than the files of {maxFileBytes} bytes that this repository accepts.");
        }

        var reader = new MultipartReader(boundary, request.Body, BufferBytes);
        try
        {
            for (var parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } part; parts++)
            {
                if (parts == MaxParts)
                {
                    return Invalid($"The form has more than {MaxParts} parts.");
                }

                if (await ReadPartAsync(part, cancellationToken) is { } failure)
                {
                    return failure;
                }
            }
        }
        catch (BadHttpRequestException)
        {
            throw; // from Kestrel, with its own status: the connection ended, or is too slow
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return Invalid("The multipart body is malformed or was cut off.");
        }

        return new UploadForm(_filename, _fields);
    }

    private async Task<Failure?> ReadPartAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        if (PartName.Of(part) is not { } name)
        {
            return Invalid("A part of the form has no Content-Disposition: form-data with a name.");
        }

        if (name.Field == "content")
        {
            return name.Filename is { } filename
                ? await ReadFileAsync(part.Body, filename, cancellationToken)
                : Invalid("The field content is not sent as a file: it has no file name.");
        }

        return await ReadFieldAsync(part.Body, name.Field, isFile: name.Filename is not null, cancellationToken);
    }

    private async Task<Failure?> ReadFileAsync(Stream body, string filename, CancellationToken cancellationToken)
    {
        if (_file is not null)
        {
            return Invalid("The field content stands more than once.");
        }

        var announced = _fields.Select(field => UploadForm.AlgorithmOf(field.Key, field.Value)).OfType<DigestAlgorithm>();
        var staged = await staging.StageAsync(body, maxFileBytes, announced.ToHashSet(), cancellationToken);
        if (staged.Failure is { } failure)
        {
            return failure;
        }

        _filename = filename;
        _file = staged.Value;

        return null;
    }

    /// <summary>Reads a field. A file other than the content (a gpg_signature) is read and dropped.</summary>
    private async Task<Failure?> ReadFieldAsync(Stream body, string name, bool isFile, CancellationToken cancellationToken)
    {
        _value.ResetWrittenCount();
        int read;
        while ((read = await body.ReadAsync(_value.GetMemory(FieldBytes), cancellationToken)) > 0)
        {
            _fieldBytes += read;
            if (_fieldBytes > MaxFieldBytes)
            {
                return new Failure(FailureKind.TooLarge, $"The fields of the form are larger than {MaxFieldBytes} bytes in all.");
            }

            if (!isFile)
            {
                _value.Advance(read);
            }
        }

        if (isFile)
        {
            return null;
        }

        try
        {
            _fields.Add(new(name, StrictUtf8.GetString(_value.WrittenSpan)));

            return null;
        }
        catch (DecoderFallbackException)
        {
            return Invalid($"The field {name} is not UTF-8.");
        }
    }

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
