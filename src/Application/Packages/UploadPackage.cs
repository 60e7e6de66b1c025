using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Archives;
using PyWharf.Application.Audit;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>POST /simple/: the legacy upload (https://docs.pypi.org/api/upload/).</summary>
public static class UploadPackage
{
    /// <summary>Publishes a completely received file.</summary>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, UploadForm Form, StagedFile? File)
        : RepositoryRequest(Credential, Addressed), IProjectRequest, IAuditedRequest, IRequest<Outcome<Result>>
    {
        /// <summary>When the file was uploaded, if that was elsewhere and before; null for now.</summary>
        public DateTimeOffset? UploadedAt { get; init; }

        /// <summary>Who uploaded it, if that was elsewhere and before; null for the sender.</summary>
        public string? UploadedBy { get; init; }

        /// <inheritdoc/>
        public ProjectName? Project => ProjectName.TryParse(Form["name"], out var name) ? name : null;

        /// <inheritdoc/>
        public override AccessLevel RequiredAccess => AccessLevel.Write;

        /// <inheritdoc/>
        public AuditEvent? Attempt => new(AuditEventKind.Publish, AuditOutcome.Ok)
        {
            Project = Project,
            File = DistributionFilename.TryParse(Form.Filename, out var filename) ? filename.ToString() : null,
            Sha256 = File?.Sha256,
        };
    }

    /// <summary>The result of a successful upload.</summary>
    /// <param name="Publication">Whether the file is new.</param>
    /// <param name="Warnings">Sentences for the uploader: violations that the repository's policy warns about.</param>
    public sealed record Result(Publication Publication, IReadOnlyList<string> Warnings);

    /// <summary>The refusal of a file for its name.</summary>
    internal const string InvalidFilename =
        "The name of the file is neither a wheel's (name-version-py3-none-any.whl) nor that of a source distribution (name-version.tar.gz).";

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            ClassLevelCascadeMode = CascadeMode.Stop;

            RuleFor(c => c.Form).Must(form => form[":action"] is not null)
                .WithMessage("The field :action is missing; an upload sends :action=file_upload.");
            RuleFor(c => c.Form).Must(form => form[":action"] == "file_upload")
                .WithState(_ => FailureKind.Gone)
                .WithMessage("Only :action=file_upload is offered here.");
            RuleFor(c => c.Form).Must(form => form.DuplicateField is null)
                .WithMessage(c => $"The field {c.Form.DuplicateField} stands more than once.");
            RuleFor(c => c.Form).Must(form => form.LengthProblem is null)
                .WithMessage(c => c.Form.LengthProblem);
            RuleFor(c => c.Form).Must(form => form["protocol_version"] is null or "1")
                .WithMessage("Only protocol_version 1 is spoken here.");

            RuleFor(c => c.Form).Must(form => ProjectName.TryParse(form["name"], out _))
                .WithMessage("The field name is missing or no valid project name: ASCII letters, digits, '.', '_' and '-', beginning and ending with a letter or digit.");
            RuleFor(c => c.Form).Must(form => PackageVersion.TryParse(form["version"], out _))
                .WithMessage("The field version is missing or no valid version (PEP 440).");
            RuleFor(c => c.Form).Must(form => CoreMetadata.IsSupported(form["metadata_version"]))
                .WithMessage("The field metadata_version is missing or not one of 1.x and 2.x.");

            RuleFor(c => c.File).NotNull()
                .WithMessage("The field content, the file itself, is missing.");
            RuleFor(c => c.Form.Filename).Must(name => DistributionFilename.TryParse(name, out _))
                .WithMessage(InvalidFilename);
            RuleFor(c => c.Form).Must(form => form["filetype"] == FiletypeOf(NameOf(form)))
                .WithMessage(c => $"The field filetype must be {FiletypeOf(NameOf(c.Form))} for a file of this name.");
            RuleFor(c => c.Form).Must(form => form["pyversion"] is not null || NameOf(form).Kind != DistributionKind.Wheel)
                .WithMessage("The field pyversion is missing; a wheel needs it.");
            RuleFor(c => c.Form).Must(form => ProjectName.TryParse(form["name"], out var name) && name.Equals(NameOf(form).Project))
                .WithMessage(c => $"The file belongs to the project {NameOf(c.Form).Project}, which is not the one that the field name says.");
            RuleFor(c => c.Form).Must(form => PackageVersion.TryParse(form["version"], out var version) && version.Equals(NameOf(form).Version))
                .WithMessage(c => $"The file is of version {NameOf(c.Form).Version}, which is not the one that the field version says.");

            foreach (var field in UploadForm.DigestFields)
            {
                RuleFor(c => c.Form[field])
                    .Must(digest => UploadForm.AlgorithmOf(field, digest) is not null)
                    .When(command => command.Form[field] is not null)
                    .WithMessage($"The field {field} is malformed: it has to be {(field == "md5_digest" ? 32 : 64)} hexadecimal digits. Correct it, or leave it out.");
                RuleFor(c => c)
                    .MustAsync(async (command, token) => UploadForm.AlgorithmOf(field, command.Form[field]) is { } algorithm && string.Equals(
                        command.Form[field], await FileOf(command).GetDigestAsync(algorithm, token), StringComparison.OrdinalIgnoreCase))
                    .When(command => command.Form[field] is not null)
                    .WithMessage($"The {field} sent does not match the file received: it was altered on its way. Upload it again.");
            }
        }

        private static string FiletypeOf(DistributionFilename name) => name.Kind == DistributionKind.Wheel ? "bdist_wheel" : "sdist";
    }

    internal sealed class Handler(AuditTrail trail) : IRequestHandler<Command, Outcome<Result>>
    {
        public async Task<Outcome<Result>> Handle(Command command, CancellationToken cancellationToken)
        {
            var (form, file, repository) = (command.Form, FileOf(command), command.Repository);
            var filename = NameOf(form);
            var check = new PolicyCheck(repository.Settings.Policy, filename);
            if (check.CheckForm(form) is { } unwanted)
            {
                return unwanted;
            }

            var attestations = Attestations.Read(form["attestations"], filename, file.Sha256);
            if (attestations.Failure is { } wrong)
            {
                return wrong;
            }

            var inspected = DistributionArchive.Inspect(file.Path, filename, cancellationToken);
            if (check.CheckArchive(inspected) is { } unsound)
            {
                return unsound;
            }

            // If the policy accepts an unsound archive, its metadata is read as for files that did not come by an upload.
            var document = inspected.Failure is null ? inspected.Value.Document : DistributionArchive.TryReadMetadata(file.Path, filename);
            var metadata = CoreMetadata.TryParse(document.Span, out var read, out _) ? read : null;
            if (metadata is not null && check.CheckMetadata(metadata) is { } mismatch)
            {
                return mismatch;
            }

            var uploadedBy = command.UploadedBy ?? (await AuditTrail.ActorOfAsync(command)).Name;
            var described = Describe(filename, form, document, metadata, uploadedBy) with { Attestations = attestations.Value, UploadedAt = command.UploadedAt };

            var publication = await trail.RecordChangeAsync(
                command,
                [new AuditEvent(AuditEventKind.Publish, AuditOutcome.Ok) { Project = filename.Project, File = filename.ToString(), Sha256 = file.Sha256 }],
                record => repository.Backend.PublishAsync(command.Principal.BackendSecret, described, file, record, cancellationToken));
            if (publication.Failure is { } failure)
            {
                return failure;
            }

            // The client may request the page next, and must find the file there.
            if (await repository.RefreshAsync(cancellationToken) is { } unread)
            {
                return unread;
            }

            return publication.Value == Publication.Published && repository.Index?.Find(filename.Project)?.Find(filename.ToString()) is null
                ? IndexFailure.NotShownYet
                : new Result(publication.Value, check.Warnings);
        }

        private static NewFile Describe(
            DistributionFilename filename, UploadForm form, ReadOnlyMemory<byte> document, CoreMetadata? metadata, string uploadedBy)
        {
            var requiresPython = RequiresPython.TryParse(form["requires_python"], out var sent) ? sent
                : RequiresPython.TryParse(metadata?.RequiresPython, out var declared) ? declared : null;
            var fields = MetadataFields.OfForm(form.Fields);

            return new NewFile(
                filename,
                requiresPython,
                form.StoredFields(requiresPython),
                new FileDescription(
                    metadata is null ? fields : fields.Or(MetadataFields.Of(metadata)),
                    filename.Kind == DistributionKind.Wheel ? document : default),
                uploadedBy);
        }
    }

    // The validator checks both before they are used here.
    private static DistributionFilename NameOf(UploadForm form) =>
        DistributionFilename.TryParse(form.Filename, out var name) ? name : throw new InvalidOperationException("Not validated.");

    private static StagedFile FileOf(Command command) => command.File ?? throw new InvalidOperationException("Not validated.");
}
